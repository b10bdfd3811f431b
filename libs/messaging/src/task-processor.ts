import { TaskFailure, type Failure, type TaskLedger } from '@app/contracts';
import { LRUCache } from 'lru-cache';
import { setTimeout as sleep } from 'node:timers/promises';
import { untilDone } from './back-off.js';
import { decodeTask } from './decode-task.js';
import type { Delivery } from './delivery.js';
import { HeldTask } from './held-task.js';
import {
  begun,
  charged,
  holderDied,
  isStale,
  isUnsettled,
  redriven,
  verdict,
  type Holder,
} from './ledger-rules.js';
import type { MessagingLogger } from './messaging-logger.js';
import { RunPermits } from './run-permits.js';
import { RunningTasks } from './running-tasks.js';
import type { ServerEvents } from './server-events.js';
import { TaskCancelled } from './task-cancelled.js';
import type { Settlement, TaskDelivery } from './task-delivery.js';
import type { TaskPlace } from './task-place.js';
import { LedgerUnreadable, type TaskLedgerStore } from './task-ledger-store.js';
import type { TaskRepublisher } from './task-republisher.js';
import { TaskSettler, type Ending } from './task-settler.js';
import type { Topology } from './topology-rows.js';

export interface TaskProcessorOptions {
  topology: Topology;
  republisher: TaskRepublisher;
  events: ServerEvents;
  ledgers: TaskLedgerStore;
  /** Who holds the tasks in the ledger. */
  me: Holder;
  logger: MessagingLogger;
  handle: (task: TaskDelivery) => Promise<Settlement>;
  /** See `TaskServerOptions.abandonPrompt`. */
  abandonPrompt?: (prompt: NonNullable<TaskLedger['prompt']>) => Promise<void>;
}

/** Runs whose ends are remembered; far more than a worker holds between losing a channel and seeing it again. */
const REMEMBERED = 1000;
/** How long a living process may take to write that it has let go. */
const LETTING_GO_MS = 500;
const TASK_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** One message from arrival to its one settlement. Whatever happens to a message is decided here. */
export class TaskProcessor {
  readonly running: RunningTasks;
  private readonly settler: TaskSettler;
  /** By task id: the run that ended here last, with its ending. */
  private readonly ended = new LRUCache<string, { run: number; ending: Ending }>({ max: REMEMBERED });
  /** Of all that is in hand, also ahead: a process that dies takes it all along. */
  private readonly permits = new RunPermits();

  constructor(private readonly options: TaskProcessorOptions) {
    this.settler = new TaskSettler(options);
    this.running = new RunningTasks(options.ledgers, options.logger);
  }

  /**
   * Resolves when the message is settled, or cannot be settled any more because its channel is gone. One of which
   * nothing has come, because it had to go before it was begun, goes back to its place in its queue.
   */
  async process(delivery: Delivery, place: TaskPlace): Promise<void> {
    await this.decideAndRun(delivery, place);
    if (delivery.isOpen) await this.giveBack(delivery);
  }

  private async decideAndRun(delivery: Delivery, place: TaskPlace): Promise<void> {
    const decoded = decodeTask(delivery.message, delivery.routingKey);
    if (!decoded.ok) return this.settler.parkUnreadable(delivery, decoded.failure, idOf(delivery));
    const { taskId } = decoded.task.message;
    const held = { delivery, place };
    const ledger = await this.inHand(held, () => this.readLedger(taskId));
    if (!ledger) return;
    if (ledger.value instanceof LedgerUnreadable) return this.settler.setAside(delivery, ledger.value);
    const task = new HeldTask(delivery, place, decoded.task, this.options.ledgers, ledger.value);
    return (await this.sendOn(task)) ? undefined : this.runAndSettle(task);
  }

  /** Back to its place in its queue. It was not begun, so nobody will be charged for that. */
  giveBack(delivery: Delivery): Promise<void> {
    delivery.requeue();
    return Promise.resolve();
  }

  /** Running tasks have to give up: their signals are aborted, and so are those of what begins from now on. */
  interrupt(): void {
    this.running.abortAll(new Error('The worker is stopping.'));
  }

  /** What still runs goes back to its place, and says so where it had begun: its handler did not listen, but this process lives. */
  async abandonRunning(): Promise<void> {
    const { process } = this.options.me;
    await Promise.all(
      this.running.all
        .filter(({ ledger }) => ledger.holder?.process === process)
        .map(async (task) => {
          await this.letGo(task);
          await this.settler.settle(task, { kind: endingOf(task) });
        }),
    );
  }

  private async readLedger(taskId: string): Promise<TaskLedger | LedgerUnreadable | undefined> {
    try {
      return await this.options.ledgers.read(taskId);
    } catch (error) {
      if (error instanceof LedgerUnreadable) return error;
      throw error;
    }
  }

  /** All that can become of a message without its task being run. True where it is settled, or ours no more. */
  private async sendOn(task: HeldTask): Promise<boolean> {
    const { delivery, decoded, message } = task;
    const { logger } = this.options;
    const { taskId } = message;
    if (isStale(task.ledger, decoded.settledRuns)) {
      logger.info({ taskId, run: task.ledger.run }, 'a stale copy of a task is dropped');
      delivery.ack();
      return true;
    }
    if (decoded.wasParked) {
      // What was begun since then has a copy of its own.
      if (isUnsettled(task.ledger)) delivery.ack();
      else await this.redrive(task);
      return true;
    }
    const ended = this.ended.get(taskId);
    if (ended && decoded.cameBack && ended.run === task.ledger.run && isUnsettled(task.ledger)) {
      logger.info({ taskId, run: ended.run }, 'settling again a task that had ended');
      await this.settler.settle(task, ended.ending);
      return true;
    }
    const cancelled = await this.inHand(task, () => this.options.ledgers.isCancelled(taskId));
    if (!cancelled) return true;
    if (cancelled.value) {
      await this.settleCancelled(task);
      return true;
    }
    if (task.isFresh && decoded.deadlineAt !== undefined && Date.now() > decoded.deadlineAt) {
      await this.settler.settle(task, { kind: 'expired' });
      return true;
    }
    return (await this.isOrphan(task)) ? this.chargeCrash(task) : false;
  }

  /**
   * True where the process that ran the task died. One that only lost its connection lets go at that moment, but the
   * broker may be quicker to hand the message on: therefore a second look.
   */
  private async isOrphan(task: HeldTask): Promise<boolean> {
    const { cameBack } = task.decoded;
    if (!holderDied(task.ledger, cameBack, this.options.me)) return false;
    await sleep(LETTING_GO_MS);
    await this.inHand(task, () => task.readAgain());
    return holderDied(task.ledger, cameBack, this.options.me);
  }

  /** The first crash is forgiven on the spot, for the second the task goes to the end of the line. */
  private async chargeCrash(task: HeldTask): Promise<boolean> {
    if (!(await this.inHand(task, () => task.update(charged)))) return true;
    const { taskId } = task.message;
    const { run, crashes } = task.ledger;
    this.options.logger.warn({ taskId, run, crashes }, 'a task came back from a worker that died');
    if (verdict(task.ledger) === 'killer') {
      const message = `The worker that ran the task died, ${crashes} times.`;
      const failure: Failure = { code: 'worker_crashed', message };
      await this.settler.settle(task, { kind: 'park', failure });
      return true;
    }
    if (crashes === 1) return false;
    await this.settler.settle(task, { kind: 'back_in_line' });
    return true;
  }

  private async redrive(task: HeldTask): Promise<void> {
    if (await this.inHand(task, () => task.update(redriven))) {
      await this.settler.settle(task, { kind: 'redriven' });
    }
  }

  private async runAndSettle(task: HeldTask): Promise<void> {
    const signal = this.running.add(task);
    const alone = verdict(task.ledger) === 'suspect';
    // A suspect is settled alone, too: until then it would be charged with the crash of the next one.
    const isSettled = await this.permits.run(() => this.runAndSettleNow(task, signal), { alone, signal });
    if (isSettled) return;
    this.running.remove(task);
    if (task.delivery.isOpen && signal.reason instanceof TaskCancelled) await this.settleCancelled(task);
  }

  private async runAndSettleNow(task: HeldTask, signal: AbortSignal): Promise<true> {
    let ending: Ending | undefined;
    try {
      ending = await this.run(task, signal);
    } finally {
      this.running.remove(task);
    }
    if (!ending) return true;
    // One that was withdrawn has not ended, and may come here again.
    if (ending.kind !== 'withdrawn') {
      this.ended.set(task.message.taskId, { run: task.ledger.run, ending });
    }
    await this.settler.settle(task, ending);
    return true;
  }

  /** Undefined where the message is not ours any more and nothing is to be settled. */
  private async run(task: HeldTask, signal: AbortSignal): Promise<Ending | undefined> {
    const { me, logger } = this.options;
    const { delivery, message } = task;
    if (!(await this.inHand(task, () => task.update((ledger) => begun(ledger, me))))) {
      await this.letGo(task);
      return undefined;
    }
    // A living process that loses its channel says so, or it would be taken for dead.
    const lost = () => void this.letGo(task);
    delivery.open.closed.addEventListener('abort', lost, { once: true });
    try {
      signal.throwIfAborted();
      return await this.options.handle(toDelivery(task, signal));
    } catch (error) {
      if (signal.reason instanceof TaskCancelled) return { kind: 'cancelled' };
      if (!delivery.isOpen) return undefined;
      if (signal.aborted) {
        await this.letGo(task);
        return { kind: endingOf(task) };
      }
      logger.error({ err: error, taskId: message.taskId }, 'the task handler failed');
      return { kind: 'park', failure: toFailure(error) };
    } finally {
      delivery.open.closed.removeEventListener('abort', lost);
    }
  }

  private async settleCancelled(task: HeldTask): Promise<void> {
    await this.abandonPrompt(task);
    await this.settler.settle(task, { kind: 'cancelled' });
  }

  /** A cancelled task's earlier run may still be at work in an engine; whether it could be stopped changes nothing here. */
  private async abandonPrompt({ ledger, message }: HeldTask): Promise<void> {
    try {
      if (ledger.prompt) await this.options.abandonPrompt?.(ledger.prompt);
    } catch (error) {
      this.options.logger.warn(
        { err: error, taskId: message.taskId, prompt: ledger.prompt },
        'a cancelled prompt may still run',
      );
    }
  }

  private async letGo(task: HeldTask): Promise<void> {
    try {
      await task.letGo(this.options.me);
    } catch (error) {
      // At worst the task is charged with a crash that was none; three of them would be needed to end it.
      this.options.logger.warn({ err: error, taskId: task.message.taskId }, 'a task could not be let go of');
    }
  }

  /** Does it until it succeeds, or the message is withdrawn or not ours any more; undefined then. */
  private async inHand<T>(
    { delivery, place }: Pick<HeldTask, 'delivery' | 'place'>,
    action: () => Promise<T>,
  ): Promise<{ value: T } | undefined> {
    let result: { value: T } | undefined;
    await untilDone(async () => (result = { value: await action() }), {
      // What is ahead is withdrawn when its channel closes, too.
      signal: place.isAhead ? place.withdrawn : delivery.open.closed,
      onFailure: (error, failures) =>
        this.options.logger.warn({ err: error, failures }, "a task's ledger cannot be used yet"),
    });
    return delivery.isOpen ? result : undefined;
  }
}

function toDelivery(task: HeldTask, signal: AbortSignal): TaskDelivery {
  const { message, attempt, ledger, delivery, place } = task;
  return {
    message,
    attempt,
    run: ledger.run,
    crashCount: ledger.crashes,
    earlierPrompt: ledger.prompt,
    rememberPrompt: async (prompt) => {
      if (!delivery.isOpen) throw new Error('The broker has taken the task back.');
      await task.update((current) => ({ ...current, prompt }));
    },
    signal,
    get isAhead() {
      return place.isAhead;
    },
    begin: () => {
      if (!place.isAhead) return;
      signal.throwIfAborted();
      place.begin();
    },
    leave: () => place.leave(),
  };
}

/** Of a task that has to give up. */
function endingOf({ place }: HeldTask): 'withdrawn' | 'interrupted' {
  return place.isAhead ? 'withdrawn' : 'interrupted';
}

function toFailure(error: unknown): Failure {
  if (error instanceof TaskFailure) return error.toFailure();
  const message = error instanceof Error ? error.message : JSON.stringify(error);
  return { code: 'unknown', message: `The task handler failed: ${message}`.slice(0, 2000) };
}

function idOf(delivery: Delivery): string | null {
  const id: unknown = delivery.message.properties.messageId;
  return typeof id === 'string' && TASK_ID.test(id) ? id : null;
}
