import { TaskFailure, type Failure, type TaskMessage } from '@app/contracts';
import { LRUCache } from 'lru-cache';
import { untilDone } from './back-off.js';
import { decodeTask, type DecodedTask } from './decode-task.js';
import type { Delivery } from './delivery.js';
import type { MessagingLogger } from './messaging-logger.js';
import type { Settlement, TaskDelivery } from './task-delivery.js';
import type { TaskRepublisher } from './task-republisher.js';
import { retryLevelFor } from './topology.js';
import type { Topology } from './topology-rows.js';

/** A message that the server parked by itself, without the handler having decided it. */
export interface ParkedByServer {
  /** Null where the body could not be read. */
  message: TaskMessage | null;
  /** From the body, else from the message id; null where neither is a task id. */
  taskId: string | null;
  /** The queue's task type. */
  taskType: string;
  failure: Failure;
  /** The attempt that it would have been or was, 1 for the first. */
  attempt: number;
}

/** What the owner of the server is told. A hook that rejects is called again, 200 ms to 10 s apart. */
export interface TaskServerHooks {
  /**
   * Before the server parks a message on its own account: it could not be read, killed its workers, or its handler
   * threw. The moment to publish the task's `failed` event.
   */
  onParkedByServer: (parked: ParkedByServer) => Promise<void>;
}

export interface TaskProcessorOptions {
  topology: Topology;
  republisher: TaskRepublisher;
  hooks: TaskServerHooks;
  logger: MessagingLogger;
  handle: (task: TaskDelivery) => Promise<Settlement>;
  /** Aborted when running tasks have to give up. */
  signal: AbortSignal;
}

/** What is still to do for an attempt that has ended. */
interface Outcome {
  settlement: Settlement;
  /** Not decided by the handler. */
  byServer: boolean;
  told: boolean;
  forwarded: boolean;
}

/** A third crash parks the task: two may be bad luck (a restart, an out-of-memory neighbour). */
const MOST_CRASHES = 2;
/** Attempts whose ends are remembered; far more than a worker holds between losing a channel and seeing it again. */
const REMEMBERED = 1000;
const TASK_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** One message from arrival to its one settlement. Whatever happens to a message is decided here. */
export class TaskProcessor {
  private readonly ended = new LRUCache<string, Outcome>({ max: REMEMBERED });

  constructor(private readonly options: TaskProcessorOptions) {}

  /** Resolves when the message is settled, or cannot be settled any more because its channel is gone. */
  async process(delivery: Delivery): Promise<void> {
    const decoded = decodeTask(delivery.message, delivery.routingKey);
    if (!decoded.ok) return this.settle(delivery, null, byServer(decoded.failure));
    const { task } = decoded;
    if (delivery.message.fields.redelivered) {
      const outcome = this.ended.get(attemptKey(task));
      if (!outcome) return this.chargeCrash(delivery, task);
      const { taskId } = task.message;
      this.options.logger.info({ taskId, attempt: task.attempt }, 'settling again a task that had ended');
      return this.settle(delivery, task, outcome);
    }
    const outcome = await this.run(task);
    return outcome ? this.settle(delivery, task, outcome) : this.giveBack(delivery, task.crashCount);
  }

  /** Back to its queue as it was, without the mark of a crash; at worst with it, when nothing can be published. */
  async giveBack(delivery: Delivery, crashCount?: number): Promise<void> {
    if (!delivery.isOpen) return;
    try {
      const decoded = decodeTask(delivery.message, delivery.routingKey);
      const count = crashCount ?? (decoded.ok ? decoded.task.crashCount : 0);
      await this.options.republisher.toOwnQueue(delivery, count);
      delivery.ack();
    } catch (error) {
      this.options.logger.warn(
        { err: error, queue: delivery.queue },
        'a task goes back marked as delivered before',
      );
      delivery.requeue();
    }
  }

  /** Undefined where the task was interrupted and has to go back. */
  private async run(task: DecodedTask): Promise<Outcome | undefined> {
    const { signal, logger } = this.options;
    // An operator may have sent it through again: what ended before does not count any more.
    this.ended.delete(attemptKey(task));
    try {
      const settlement = await this.options.handle({ ...task, signal });
      return { settlement, byServer: false, told: false, forwarded: false };
    } catch (error) {
      if (signal.aborted) return undefined;
      logger.error({ err: error, taskId: task.message.taskId }, 'the task handler failed');
      return byServer(toFailure(error));
    }
  }

  /** The process that had it died; or the broker did, which looks the same. */
  private async chargeCrash(delivery: Delivery, task: DecodedTask): Promise<void> {
    const crashCount = task.crashCount + 1;
    const { taskId } = task.message;
    if (crashCount > MOST_CRASHES) {
      const message = `The worker that held the task ended without settling it, ${crashCount} times.`;
      return this.settle(delivery, task, byServer({ code: 'worker_crashed', message }));
    }
    this.options.logger.warn({ taskId, crashCount }, 'a task came back from a worker that ended');
    const sent = await this.untilDone(delivery, () =>
      this.options.republisher.toOwnQueue(delivery, crashCount),
    );
    if (sent) delivery.ack();
  }

  private async settle(delivery: Delivery, task: DecodedTask | null, outcome: Outcome): Promise<void> {
    const { hooks, logger } = this.options;
    const { settlement } = outcome;
    const taskId = task?.message.taskId ?? idFromProperties(delivery);
    const attempt = task?.attempt ?? 1;
    const done = await this.untilDone(delivery, async () => {
      if (outcome.byServer && !outcome.told && settlement.kind === 'park') {
        const { failure } = settlement;
        const message = task?.message ?? null;
        await hooks.onParkedByServer({ message, taskId, taskType: delivery.routingKey, failure, attempt });
        outcome.told = true;
      }
      if (!outcome.forwarded) await this.forward(delivery, settlement, attempt);
      outcome.forwarded = true;
    });
    if (task) this.ended.set(attemptKey(task), outcome);
    if (done && delivery.ack()) {
      logger.info({ taskId, attempt, settlement: settlement.kind }, 'task settled');
    } else {
      logger.warn(
        { taskId, attempt, settlement: settlement.kind },
        'the broker took the task back before it was settled',
      );
    }
  }

  private async forward(delivery: Delivery, settlement: Settlement, attempt: number): Promise<void> {
    const { republisher, topology } = this.options;
    if (settlement.kind === 'retry') {
      await republisher.toRetry(delivery, retryLevelFor(topology, settlement.delayMs), attempt);
    } else if (settlement.kind === 'park') {
      await republisher.toParking(delivery, settlement.failure, attempt);
    }
  }

  /** As long as the message is ours; the broker being away for publishing is only a reason to wait. */
  private untilDone(delivery: Delivery, action: () => Promise<void>): Promise<boolean> {
    return untilDone(action, {
      signal: delivery.open.closed,
      onFailure: (error, failures) =>
        this.options.logger.warn(
          { err: error, queue: delivery.queue, failures },
          'settling a task has to wait',
        ),
    });
  }
}

function byServer(failure: Failure): Outcome {
  return { settlement: { kind: 'park', failure }, byServer: true, told: false, forwarded: false };
}

/** One attempt of one task: a retry of the same task is another thing to remember. */
function attemptKey(task: DecodedTask): string {
  return `${task.message.taskId}:${task.attempt}`;
}

function toFailure(error: unknown): Failure {
  if (error instanceof TaskFailure) return error.toFailure();
  const message = error instanceof Error ? error.message : JSON.stringify(error);
  return { code: 'unknown', message: `The task handler failed: ${message}`.slice(0, 2000) };
}

function idFromProperties(delivery: Delivery): string | null {
  const id: unknown = delivery.message.properties.messageId;
  return typeof id === 'string' && TASK_ID.test(id) ? id : null;
}
