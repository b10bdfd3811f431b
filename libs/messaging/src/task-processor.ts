import { TaskFailure, type Failure, type TaskLedger } from '@app/contracts';
import { context } from '@opentelemetry/api';
import { LRUCache } from 'lru-cache';
import { decodeTask } from './decode-task.js';
import type { Delivery } from './delivery.js';
import { HeldTask } from './held-task.js';
import { inHand } from './in-hand.js';
import { begun, verdict, type Holder } from './ledger-rules.js';
import { processTraced } from './message-trace.js';
import type { MessagingLogger } from './messaging-logger.js';
import { RunPermits } from './run-permits.js';
import { RunningTasks } from './running-tasks.js';
import type { ServerEvents } from './server-events.js';
import { TaskCancelled } from './task-cancelled.js';
import type { Settlement, TaskDelivery } from './task-delivery.js';
import type { TaskPlace } from './task-place.js';
import { LedgerUnreadable, type TaskLedgerStore } from './task-ledger-store.js';
import type { TaskRepublisher } from './task-republisher.js';
import type { Ending } from './ending.js';
import { TaskSettler } from './task-settler.js';
import { TaskTriage } from './task-triage.js';
import { toTaskDelivery } from './to-task-delivery.js';
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
const TASK_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** One message from arrival to its one settlement. Whatever happens to a message is decided here. */
export class TaskProcessor {
  readonly running: RunningTasks;
  private readonly settler: TaskSettler;
  private readonly triage: TaskTriage;
  /** By task id: the run that ended here last, with its ending. */
  private readonly ended = new LRUCache<string, { run: number; ending: Ending }>({ max: REMEMBERED });
  /** Of all that is in hand, also ahead: a process that dies takes it all along. */
  private readonly permits = new RunPermits();

  constructor(private readonly options: TaskProcessorOptions) {
    this.settler = new TaskSettler(options);
    this.triage = new TaskTriage({ ...options, settler: this.settler, ended: this.ended });
    this.running = new RunningTasks(options.ledgers, options.logger);
  }

  /**
   * Resolves when the message is settled, or cannot be settled any more because its channel is gone. One of which
   * nothing has come, because it had to go before it was begun, goes back to its place in its queue.
   */
  process(delivery: Delivery, place: TaskPlace): Promise<void> {
    return processTraced(delivery.message, { queue: delivery.queue, isOurs: true }, async () => {
      await this.decideAndRun(delivery, place);
      if (delivery.isOpen) await this.giveBack(delivery);
    });
  }

  private async decideAndRun(delivery: Delivery, place: TaskPlace): Promise<void> {
    const decoded = decodeTask(delivery.message, delivery.routingKey);
    if (!decoded.ok) return this.settler.parkUnreadable(delivery, decoded.failure, idOf(delivery));
    const { taskId } = decoded.task.message;
    const held = { delivery, place };
    const ledger = await inHand(held, this.options.logger, () => this.readLedger(taskId));
    if (!ledger) return;
    if (ledger.value instanceof LedgerUnreadable) return this.settler.setAside(delivery, ledger.value);
    const task = new HeldTask(delivery, place, decoded.task, this.options.ledgers, ledger.value);
    return (await this.triage.sendOn(task)) ? undefined : this.runAndSettle(task);
  }

  /** Back to its place in its queue. It was not begun, so nobody will be charged for that. */
  giveBack(delivery: Delivery): Promise<void> {
    delivery.requeue();
    return Promise.resolve();
  }

  /** Running tasks, all or those chosen, have to give up: their signals are aborted, and so are those of what begins from now on. */
  interrupt(chosen?: (task: HeldTask) => boolean): void {
    this.running.abortAll(new Error('The worker is stopping.'), chosen);
  }

  /** What still runs goes back to its place, and says so where it had begun: its handler did not listen, but this process lives. */
  async abandonRunning(): Promise<void> {
    const { process } = this.options.me;
    await Promise.all(
      this.running.all
        .filter(({ ledger }) => ledger.holder?.process === process)
        .map((task) =>
          context.with(task.context, async () => {
            await this.letGo(task);
            await this.settler.settle(task, { kind: endingOf(task) });
          }),
        ),
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

  private async runAndSettle(task: HeldTask): Promise<void> {
    const signal = this.running.add(task);
    const alone = verdict(task.ledger) === 'suspect';
    // A suspect is settled alone, too: until then it would be charged with the crash of the next one.
    const isSettled = await this.permits.run(() => this.runAndSettleNow(task, signal), { alone, signal });
    if (isSettled) return;
    this.running.remove(task);
    if (task.delivery.isOpen && signal.reason instanceof TaskCancelled)
      await this.triage.settleCancelled(task);
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
    if (!(await inHand(task, logger, () => task.update((ledger) => begun(ledger, me, task.place.isAhead))))) {
      await this.letGo(task);
      return undefined;
    }
    // A living process that loses its channel says so, or it would be taken for dead.
    const lost = () => void this.letGo(task);
    delivery.open.closed.addEventListener('abort', lost, { once: true });
    try {
      signal.throwIfAborted();
      const settlement = await this.options.handle(toTaskDelivery(task, signal));
      return (await this.wasCancelled(task, settlement)) ? { kind: 'cancelled' } : settlement;
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

  /** What failed may have failed because it was cancelled: its photo was erased, and nobody was there to say so. */
  private async wasCancelled(task: HeldTask, { kind }: Settlement): Promise<boolean> {
    if (kind !== 'park' && kind !== 'retry') return false;
    const { ledgers, logger } = this.options;
    const mark = await inHand(task, logger, () => ledgers.cancellation(task.message.taskId));
    return mark?.value !== undefined;
  }

  private async letGo(task: HeldTask): Promise<void> {
    try {
      await task.letGo(this.options.me);
    } catch (error) {
      // At worst the task is charged with a crash that was none; three of them would be needed to end it.
      this.options.logger.warn({ err: error, taskId: task.message.taskId }, 'a task could not be let go of');
    }
  }
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
