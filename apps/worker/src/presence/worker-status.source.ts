import type { WorkerStatus } from '@app/contracts';
import type { Topology } from '@app/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { v4 as uuidv4 } from 'uuid';
import { EngineGate } from '../engines/engine-gate.js';
import { Engines } from '../engines/engines.js';
import type { WorkerEnv } from '../env.js';
import { Orders } from '../orders/orders.js';
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
    private readonly engines: Engines,
    private readonly runs: CurrentRuns,
    private readonly orders: Orders,
  ) {}

  now(): WorkerStatus {
    const { name, maxConcurrentTasks, lookahead } = this.env;
    const closedBecause = this.isStopping ? 'stopping' : this.gate.closedCode;
    return {
      version: 1,
      kind: 'worker',
      worker: name,
      process: this.process,
      taskTypes: this.taskTypes,
      concurrency: this.enginesAtWork * maxConcurrentTasks,
      lookahead: this.enginesAtWork * lookahead,
      running: this.runs.all,
      engines: this.engines.views,
      tap: closedBecause === null ? 'open' : 'closed',
      closedBecause,
      gpuMemoryUsedPercent: closedBecause === 'gpu_memory' ? this.leastUsedPercent : null,
      ahead: this.ahead,
      pausedTypes: [...this.orders.pausedTypes],
      at: new Date().toISOString(),
    };
  }

  /** Those that one of the engines has all it needs for. */
  private get taskTypes(): string[] {
    return this.topology.taskTypes.filter((type) => this.engines.all.some((engine) => engine.can(type)));
  }

  /** Engines that are out run nothing, and the broker need hold nothing for them. */
  private get enginesAtWork(): number {
    return Math.max(1, this.engines.all.filter((engine) => engine.isWell).length);
  }

  private get leastUsedPercent(): number | null {
    const waiting = this.engines.all.filter(({ isReachable, memory }) => isReachable && !memory.open);
    const known = waiting.flatMap(({ memory }) => memory.usedPercent ?? []);
    return known.length === 0 ? null : Math.min(...known);
  }

  private get ahead(): number {
    const ofEngine = ({ lanes }: Engines['all'][number]) => lanes.count - lanes.roomOfBegun.running;
    return this.engines.all.reduce((sum, engine) => sum + ofEngine(engine), 0);
  }
}
