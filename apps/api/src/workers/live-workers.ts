import type { WorkerStatus } from '@app/contracts';
import { TaskControlPublisher } from '@app/messaging';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { BrokerReach } from '../broker/broker-reach.js';
import { WorkerRegistry, type RunningTask } from './worker-registry.js';

/** The question or its answers may come before this process listens; the workers tell of themselves every 5 s anyway. */
const ASK_AGAIN_MS = 1_000;

/**
 * The workers that are there: what they tell of themselves, kept for 15 s. Every API instance hears all of them. For the
 * first 15 s, and again after the broker was away, nobody is said to be missing.
 */
@Injectable()
export class LiveWorkers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly registry = new WorkerRegistry(() => performance.now());
  private readonly listeners = new Set<() => void>();
  private readonly hearers = new Set<(status: WorkerStatus) => void>();
  private expiry: NodeJS.Timeout | undefined;
  private asking: NodeJS.Timeout | undefined;
  private changes = 0;
  private stopped = false;

  constructor(
    private readonly control: TaskControlPublisher,
    private readonly reach: BrokerReach,
  ) {}

  onApplicationBootstrap(): void {
    this.reach.onReturn(() => this.ask());
    if (!this.reach.away) this.ask();
  }

  beforeApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.expiry);
    clearTimeout(this.asking);
  }

  hear(status: WorkerStatus): void {
    this.changes += 1;
    if (this.registry.hear(status)) this.tell();
    if (this.expiry === undefined) this.watch();
    for (const hearer of this.hearers) hearer(status);
  }

  all(): WorkerStatus[] {
    return this.registry.all();
  }

  /** Those that take the type and neither stop nor are paused; their taps may be closed for another reason. */
  of(type: string): WorkerStatus[] {
    return this.registry.of(type);
  }

  /**
   * Tasks of the type that can run at the same time if no other type is asked for, closed taps included: a worker that
   * takes several types counts fully for each.
   */
  slots(type: string): number {
    return sum(this.registry.of(type));
  }

  /** `slots` of those workers only whose tap is open. */
  openSlots(type: string): number {
    return sum(this.registry.of(type).filter(({ tap }) => tap === 'open'));
  }

  /** False where no worker that takes the type was heard of, although one would have been. */
  knowsAny(type: string): boolean {
    return this.registry.knowsAny(type);
  }

  /**
   * How full the GPU is, in percent, where every worker that takes the type waits for GPU memory: the least of them, null
   * where none tells. Undefined where one of them does not wait for it, and where none takes the type.
   */
  shortOfMemory(type: string): { usedPercent: number | null } | undefined {
    return this.registry.shortOfMemory(type);
  }

  /** True where workers take the type, and an operator has paused every one of them. */
  onlyPaused(type: string): boolean {
    return this.registry.onlyPaused(type);
  }

  /** What a worker is at. */
  running(worker: WorkerStatus): RunningTask[] {
    return this.registry.running(worker);
  }

  /** Rises with everything that is heard. */
  get version(): number {
    return this.changes;
  }

  /** Calls back when workers come or go, take more or less than before, or say otherwise why they take nothing. */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Calls back with everything that a worker tells of itself. */
  onHeard(listener: (status: WorkerStatus) => void): void {
    this.hearers.add(listener);
  }

  private ask(): void {
    if (this.stopped) return;
    this.registry.listenAnew();
    this.control.hello();
    clearTimeout(this.asking);
    this.asking = setTimeout(() => {
      if (this.all().length === 0) this.control.hello();
    }, ASK_AGAIN_MS).unref();
  }

  /** One timer, for whoever was heard of longest ago. */
  private watch(): void {
    this.expiry = undefined;
    const delayMs = this.registry.nextExpiryMs;
    if (delayMs === undefined || this.stopped) return;
    this.expiry = setTimeout(() => {
      if (this.registry.expire()) {
        this.changes += 1;
        this.tell();
      }
      this.watch();
    }, delayMs + 1).unref();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

function sum(workers: readonly WorkerStatus[]): number {
  return workers.reduce((slots, { concurrency }) => slots + concurrency, 0);
}
