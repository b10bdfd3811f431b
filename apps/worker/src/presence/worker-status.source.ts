import type { WorkerStatus } from '@app/contracts';
import type { Topology } from '@app/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { v4 as uuidv4 } from 'uuid';
import { EngineGate } from '../engines/engine-gate.js';
import { EnginePool } from '../engines/engine-pool.js';
import type { WorkerEnv } from '../env.js';
import { CurrentRuns } from '../tasks/current-runs.js';
import { TOPOLOGY, WORKER_ENV } from '../tokens.js';

/** What this worker is and does, at any moment. Asks nobody. */
@Injectable()
export class WorkerStatusSource {
  /** It was asked to stop, and begins nothing any more. */
  isStopping = false;
  private readonly process = uuidv4();

  constructor(
    @Inject(WORKER_ENV) private readonly env: WorkerEnv,
    @Inject(TOPOLOGY) private readonly topology: Topology,
    private readonly gate: EngineGate,
    private readonly engines: EnginePool,
    private readonly runs: CurrentRuns,
  ) {}

  now(): WorkerStatus {
    const { name, maxConcurrentTasks, lookahead } = this.env;
    const closedBecause = this.isStopping ? 'stopping' : this.gate.closedCode;
    return {
      version: 1,
      kind: 'worker',
      worker: name,
      process: this.process,
      taskTypes: [...this.topology.taskTypes],
      concurrency: maxConcurrentTasks,
      lookahead,
      running: this.runs.all,
      engines: this.engines.views,
      tap: closedBecause === null ? 'open' : 'closed',
      closedBecause,
      at: new Date().toISOString(),
    };
  }
}
