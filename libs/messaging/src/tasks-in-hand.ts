import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from './delivery.js';
import type { MessagingLogger } from './messaging-logger.js';
import type { Lack } from './idle-calls.js';
import type { OpenChannel } from './supervised-channel.js';
import type { TaskRoom } from './task-gate.js';
import { TaskPlace } from './task-place.js';

export interface TasksInHandOptions {
  /** How many tasks may be in hand at this moment. */
  room: () => TaskRoom;
  /** Whether a task that has left makes room for another one before its message is settled. */
  mayLeave: boolean;
  /** After so long ahead a task goes back. */
  aheadLimitMs: number;
  logger: MessagingLogger;
  /** Works on one message and settles it. */
  process: (delivery: Delivery, place: TaskPlace) => Promise<void>;
  /** Called whenever a task has ended or takes up another place than before. */
  onChange: () => void;
}

interface TaskInHand {
  place: TaskPlace;
  /** Resolves when the work has returned. */
  ended: Promise<void>;
}

/**
 * The tasks that a worker has taken, all of which are worked on: those that run, those that were taken ahead and
 * prepare themselves, and those that have left and are stored.
 * A place is free as soon as its message is settled; the broker may send the next one before the work has returned.
 */
export class TasksInHand {
  private readonly tasks = new Map<Delivery, TaskInHand>();

  constructor(private readonly options: TasksInHandOptions) {}

  /** All of them. */
  get count(): number {
    return this.tasks.size;
  }

  /** Tasks that may run at the same time. */
  get capacity(): number {
    return this.options.room().running;
  }

  /**
   * After a lost channel the broker hands out again what still runs here. Until that has ended nothing is begun from
   * the new channel, so that one task is not done twice at the same time on one GPU.
   */
  mayBegin(open: OpenChannel): boolean {
    if (open.closed.aborted) return false;
    for (const delivery of this.tasks.keys()) if (delivery.open !== open) return false;
    return true;
  }

  /**
   * How many more tasks may be taken from this channel. A task that is ahead will want the next place, so that a place
   * is free only where none stands before it.
   */
  room(open: OpenChannel): TaskRoom {
    if (!this.mayBegin(open)) return { running: 0, ahead: 0 };
    const most = this.options.room();
    const { running, ahead, goingBack } = this.taken();
    const free = Math.max(most.running - running - ahead, 0);
    const all = most.running + most.ahead - running - ahead - goingBack;
    return { running: free, ahead: Math.max(all - free, 0) };
  }

  /** What the free places wait for: `nothing` where there are none, or where a task is on its way to one. */
  lack(open: OpenChannel): Lack {
    const { running, ahead, goingBack } = this.taken();
    if (!this.mayBegin(open) || goingBack > 0 || this.options.room().running <= running) return 'nothing';
    return ahead > 0 ? 'turns' : 'tasks';
  }

  /** Messages in hand that the broker still counts as ours. */
  unsettled(): Delivery[] {
    return [...this.tasks.keys()].filter((delivery) => delivery.isOpen);
  }

  /** Works on the task. False where there is no room for it; ahead it is taken only if it `mayBeAhead`. */
  accept(delivery: Delivery, mayBeAhead: boolean): boolean {
    const room = this.room(delivery.open);
    if (room.running > 0) this.take(delivery, null);
    else if (mayBeAhead && room.ahead > 0) this.take(delivery, this.options.aheadLimitMs);
    else return false;
    return true;
  }

  /** Sends back what is ahead; all of it, or what is chosen. */
  withdraw(because: string, chosen: (delivery: Delivery) => boolean = () => true): void {
    for (const [delivery, { place }] of this.tasks) if (chosen(delivery)) place.withdraw(because);
  }

  /** Sends back the task of these types that was taken ahead last. */
  withdrawYoungest(taskTypes: readonly string[], because: string): void {
    for (const [{ routingKey }, { place }] of [...this.tasks].toReversed()) {
      if (taskTypes.includes(routingKey) && place.withdraw(because)) return;
    }
  }

  /** What is ahead and came from a channel that is gone: the broker has taken it back. */
  withdrawLost(): void {
    this.withdraw('its connection to the broker is gone', ({ open }) => open.closed.aborted);
  }

  /** Waits until there is none, at most so long. */
  async idle(timeoutMs: number): Promise<void> {
    const waiting = new AbortController();
    await Promise.race([
      Promise.all([...this.tasks.values()].map(({ ended }) => ended)),
      sleep(timeoutMs, undefined, { signal: waiting.signal }).catch(() => undefined),
    ]);
    waiting.abort();
  }

  /** Gives up what is in hand: it goes back to its queue, marked as delivered before. */
  requeueAll(): void {
    for (const delivery of this.tasks.keys()) delivery.requeue();
  }

  private taken(): { running: number; ahead: number; goingBack: number } {
    let running = 0;
    let ahead = 0;
    let left = 0;
    let goingBack = 0;
    for (const [delivery, { place }] of this.tasks) {
      if (!delivery.isOpen) continue;
      if (place.isWithdrawn) goingBack++;
      else if (place.isAhead) ahead++;
      else if (place.hasLeft) left++;
      else running++;
    }
    const beside = this.options.mayLeave ? this.options.room().running : 0;
    return { running: running + Math.max(left - beside, 0), ahead, goingBack };
  }

  private take(delivery: Delivery, aheadLimitMs: number | null): void {
    const { logger, process, onChange } = this.options;
    const place = new TaskPlace(aheadLimitMs, onChange);
    const task: TaskInHand = { place, ended: Promise.resolve() };
    this.tasks.set(delivery, task);
    const work = process(delivery, place).catch((error: unknown) => {
      logger.error({ err: error, queue: delivery.queue }, 'a message could not be processed');
      delivery.requeue();
    });
    task.ended = work.finally(() => {
      place.close();
      this.tasks.delete(delivery);
      onChange();
    });
  }
}
