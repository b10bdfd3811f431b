import { taskMessageSchema, type TaskMessage } from '@app/contracts';
import type { ConfirmPublisher } from './confirm-publisher.js';
import { HEADER } from './message-headers.js';
import { EXCHANGE } from './names.js';
import { MAX_PRIORITY } from './topology.js';

/** Puts tasks into the queue of their type. */
export class TaskPublisher {
  constructor(private readonly publisher: ConfirmPublisher) {}

  /**
   * Resolves once the task is in its work queue, on disk. Rejects with a `PublishError`; `UNROUTABLE` means that the
   * task's type is in nobody's topology. Publish it again with the same message after any other code: the message id
   * is the task id, and workers are idempotent by it.
   *
   * `priority` is 0 (normal, the default) to 4; above 4 counts as 4. Throws a `ZodError` for a message that a worker
   * would not understand.
   */
  async publishTask(message: TaskMessage, options: { priority?: number } = {}): Promise<void> {
    const task = taskMessageSchema.parse(message);
    const now = Date.now();
    await this.publisher.publish({
      exchange: EXCHANGE.tasks,
      routingKey: task.taskType,
      body: Buffer.from(JSON.stringify(task)),
      properties: {
        messageId: task.taskId,
        correlationId: task.taskId,
        type: 'task',
        appId: 'photo-repair',
        contentType: 'application/json',
        persistent: true,
        priority: Math.min(Math.max(Math.trunc(options.priority ?? 0), 0), MAX_PRIORITY),
        timestamp: Math.floor(now / 1000),
        headers: { [HEADER.taskType]: task.taskType, [HEADER.attempt]: 0, [HEADER.firstPublishedAt]: now },
      },
    });
  }
}
