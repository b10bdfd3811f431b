import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from './delivery.js';
import type { MessagingLogger } from './messaging-logger.js';
import type { OpenChannel } from './supervised-channel.js';

export interface TasksInHandOptions {
  /** Tasks that run at most. */
  concurrency: number;
  /** Tasks that wait beside them at most. */
  lookahead: number;
  logger: MessagingLogger;
  /** Works on one message and settles it. */
  process: (delivery: Delivery) => Promise<void>;
  /** Told once about each task that has to wait. */
  stage: (delivery: Delivery) => void;
  /** Called whenever a task has ended. */
  onEnded: () => void;
}

/**
 * The tasks that a worker has taken: those that run, and those that are staged beside them for the next free slot.
 * A slot is free as soon as its message is settled; the broker may send the next one before the work has returned.
 */
export class TasksInHand {
  private readonly running = new Map<Delivery, Promise<void>>();
  private staged: Delivery[] = [];

  constructor(private readonly options: TasksInHandOptions) {}

  get runningCount(): number {
    return this.running.size;
  }

  /** Tasks that may be taken in all. */
  get capacity(): number {
    return this.options.concurrency + this.options.lookahead;
  }

  /**
   * After a lost channel the broker hands out again what still runs here. Until that has ended nothing is begun from
   * the new channel, so that one task is not done twice at the same time on one GPU.
   */
  mayBegin(open: OpenChannel): boolean {
    if (open.closed.aborted) return false;
    for (const delivery of this.running.keys()) if (delivery.open !== open) return false;
    return true;
  }

  /** How many more tasks may be taken from this channel. */
  room(open: OpenChannel): number {
    return this.mayBegin(open) ? Math.max(this.capacity - this.unsettled().length, 0) : 0;
  }

  /** Messages in hand that the broker still counts as ours. */
  unsettled(): Delivery[] {
    return [...this.running.keys(), ...this.staged].filter((delivery) => delivery.isOpen);
  }

  /** Begins the task, or stages it while all slots are taken. False where there is no room for it. */
  accept(delivery: Delivery): boolean {
    if (this.room(delivery.open) === 0) return false;
    this.staged.push(delivery);
    this.beginStaged();
    if (this.staged.includes(delivery)) this.options.stage(delivery);
    return true;
  }

  /** Lets go of what is staged; settling it is the caller's. */
  releaseStaged(): Delivery[] {
    return this.staged.splice(0);
  }

  /** Forgets what was staged from a channel that is gone: the broker has taken it back. */
  forgetLost(): void {
    this.staged = this.staged.filter((delivery) => delivery.isOpen);
  }

  /** Waits until nothing runs, at most so long. */
  async idle(timeoutMs: number): Promise<void> {
    const waiting = new AbortController();
    await Promise.race([
      Promise.all(this.running.values()),
      sleep(timeoutMs, undefined, { signal: waiting.signal }).catch(() => undefined),
    ]);
    waiting.abort();
  }

  /** Gives up what runs: it goes back to its queue, marked as delivered before. */
  requeueRunning(): void {
    for (const delivery of this.running.keys()) delivery.requeue();
  }

  private beginStaged(): void {
    for (let next = this.staged[0]; next && this.isSlotFree(); next = this.staged[0]) {
      this.staged.shift();
      if (next.isOpen) this.begin(next);
    }
  }

  private isSlotFree(): boolean {
    let taken = 0;
    for (const delivery of this.running.keys()) if (delivery.isOpen) taken++;
    return taken < this.options.concurrency;
  }

  private begin(delivery: Delivery): void {
    const { logger, process, onEnded } = this.options;
    const work = process(delivery).catch((error: unknown) => {
      logger.error({ err: error, queue: delivery.queue }, 'a message could not be processed');
      delivery.requeue();
    });
    const ended = work.finally(() => {
      this.running.delete(delivery);
      this.beginStaged();
      onEnded();
    });
    this.running.set(delivery, ended);
  }
}
