import type { WorkerStatus } from '@app/contracts';
import { WorkerStatusPublisher } from '@app/messaging';
import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { BrokerConnections } from '../broker/broker-connections.js';
import { EngineGate } from '../engines/engine-gate.js';
import { CurrentRuns } from '../tasks/current-runs.js';
import { WorkerStatusSource } from './worker-status.source.js';

const EVERY_MS = 5_000;
/** What could not be sent is told as soon as the channel is open, which is a moment after the connection is. */
const AGAIN_MS = 250;

/** Tells the API instances who this worker is and what it does: now and then, and at once when that changes. */
@Injectable()
export class WorkerPresence
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  private timer: NodeJS.Timeout | undefined;
  private readonly stopListening: (() => void)[] = [];
  private hasEnded = false;
  private told = '';

  constructor(
    private readonly source: WorkerStatusSource,
    private readonly publisher: WorkerStatusPublisher,
    private readonly connections: BrokerConnections,
    private readonly gate: EngineGate,
    private readonly runs: CurrentRuns,
  ) {}

  onApplicationBootstrap(): void {
    this.runs.onChange(() => this.announce());
    this.stopListening.push(
      this.gate.onChange(() => this.announceNews()),
      this.connections.publish.onState((state) => {
        if (state === 'connected') this.announce();
      }),
    );
    this.announce();
  }

  /** Before the task server takes no more: what it still has goes on, and goes on being told. */
  beforeApplicationShutdown(): void {
    this.source.isStopping = true;
    this.announce();
  }

  onApplicationShutdown(): void {
    this.hasEnded = true;
    clearTimeout(this.timer);
    for (const stop of this.stopListening) stop();
  }

  /** Tells it now; where that is not possible, as soon as it is. */
  announce(): void {
    if (this.hasEnded) return;
    this.tell(this.source.now());
  }

  /** The gate moves with every place that is taken or left, of which only what nobody else tells is news. */
  private announceNews(): void {
    if (this.hasEnded) return;
    const status = this.source.now();
    if (newsOf(status) !== this.told) this.tell(status);
  }

  private tell(status: WorkerStatus): void {
    clearTimeout(this.timer);
    this.told = newsOf(status);
    const isSent = this.publisher.publishWorkerStatus(status);
    this.timer = setTimeout(() => this.announce(), isSent ? EVERY_MS : AGAIN_MS).unref();
  }
}

/** What of a status the API moves places and people by; the rest can wait for the next beat. */
function newsOf(status: WorkerStatus): string {
  const { taskTypes, concurrency, lookahead, closedBecause, gpuMemoryUsedPercent, pausedTypes } = status;
  return JSON.stringify([
    taskTypes,
    concurrency,
    lookahead,
    closedBecause,
    gpuMemoryUsedPercent,
    pausedTypes,
  ]);
}
