import { taskMessageSchema, type TaskMessage } from '@app/contracts';
import { context } from '@opentelemetry/api';
import type { Options } from 'amqplib';
import type { ConfirmPublisher } from './confirm-publisher.js';
import { HEADER, type Headers } from './message-headers.js';
import { spanOf } from './message-trace.js';
import { EXCHANGE } from './names.js';
import { MAX_PRIORITY } from './topology.js';

/** RabbitMQ closes the channel over a longer expiration (rabbit_basic.erl, 3.10 to 4.3): 49 days. */
const LONGEST_EXPIRATION_MS = 2 ** 32 - 1;

/** Puts tasks into the queue of their type. */
export class TaskPublisher {
  constructor(private readonly publisher: ConfirmPublisher) {}

  /**
   * Resolves once the task is in its work queue, on disk. Rejects with a `PublishError`; `UNROUTABLE` means that the
   * task's type is in nobody's topology. Publish it again with the same message after any other code: the message id
   * is the task id, and workers are idempotent by it.
   *
   * `priority` is 0 (normal, the default) to 4; above 4 counts as 4. `deadlineAt` (epoch milliseconds) is until when a
   * worker has to have begun the task; after it the broker moves the message to the overdue tasks, where
   * `OverdueTaskSubscriber` takes it. That may be late: RabbitMQ looks only at the head of a queue, priority by
   * priority. Never after it a worker begins the task. Without `deadlineAt` it waits for ever.
   *
   * `anew` is for a task that had ended and is asked for once more: the first worker that takes it gives it all its
   * attempts again and makes older copies of its message stale.
   *
   * Call it in the trace of the task: the message carries that on.
   *
   * Throws a `ZodError` for a message that a worker would not understand.
   */
  async publishTask(
    message: TaskMessage,
    options: { priority?: number; deadlineAt?: number; anew?: boolean } = {},
  ): Promise<void> {
    const now = Date.now();
    const { priority = 0, deadlineAt, anew = false } = options;
    await this.send(
      message,
      {
        // As a copy from the parking queue: by this a worker knows it.
        ...(anew
          ? { [HEADER.parkedAt]: new Date(now).toISOString() }
          : { [HEADER.run]: 0, [HEADER.attempt]: 0 }),
        [HEADER.firstPublishedAt]: now,
        ...(deadlineAt !== undefined && { [HEADER.deadline]: deadlineAt }),
      },
      { priority, ...(deadlineAt !== undefined && { expiration: expirationMs(deadlineAt - now) }) },
      anew,
    );
  }

  /**
   * Puts a task back in line whose message ran out of its waiting limit although the task had been begun: what
   * RabbitMQ does with a message past its limit as soon as the worker that holds it is gone. This copy has no limit.
   *
   * `settledRuns` is what the header `x-run` of the overdue copy said, so that a worker sees where this one is stale;
   * without it the copy counts as the current one. `cameBack` is false for a task whose message is lost: whoever had it in
   * hand is not charged with a crash. Resolves, rejects and throws as `publishTask` does.
   */
  async publishAgain(
    message: TaskMessage,
    options: { priority?: number; settledRuns?: number; cameBack?: boolean } = {},
  ): Promise<void> {
    const { priority = 0, settledRuns, cameBack = true } = options;
    await this.send(
      message,
      {
        ...(cameBack && { [HEADER.cameBack]: true }),
        ...(settledRuns !== undefined && { [HEADER.run]: settledRuns }),
      },
      { priority },
      true,
    );
  }

  private async send(
    message: TaskMessage,
    headers: Headers,
    { priority, ...properties }: Options.Publish & { priority: number },
    isRepetition: boolean,
  ): Promise<void> {
    const task = taskMessageSchema.parse(message);
    const createdIn = isRepetition ? spanOf(context.active()) : undefined;
    await this.publisher.publish({
      ...(createdIn && { createdIn }),
      exchange: EXCHANGE.work,
      routingKey: task.taskType,
      body: Buffer.from(JSON.stringify(task)),
      properties: {
        ...properties,
        messageId: task.taskId,
        correlationId: task.taskId,
        type: 'task',
        appId: 'photo-repair',
        contentType: 'application/json',
        persistent: true,
        priority: Math.min(Math.max(Math.trunc(priority), 0), MAX_PRIORITY),
        timestamp: Math.floor(Date.now() / 1000),
        headers: { [HEADER.taskType]: task.taskType, ...headers },
      },
    });
  }
}

/** What is late already takes the way of all late messages; below 0 the broker would close the channel. */
function expirationMs(leftMs: number): string {
  return String(Math.min(Math.max(Math.ceil(leftMs), 1), LONGEST_EXPIRATION_MS));
}
