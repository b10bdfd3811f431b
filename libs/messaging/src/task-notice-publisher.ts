import type { TaskNotice } from '@app/contracts';
import type { ConfirmPublisher } from './confirm-publisher.js';
import { EXCHANGE } from './names.js';

/** Tells other systems what happens to tasks, on the public exchange. */
export class TaskNoticePublisher {
  constructor(private readonly publisher: ConfirmPublisher) {}

  /**
   * Sends it as `<publisher>.<task type>.<event>`, to whoever has bound a queue of its own; dropped without the broker
   * and where nobody has. `publisher` is one word: without dots, at most 64 characters.
   */
  publish(notice: TaskNotice, { publisher, taskType }: { publisher: string; taskType: string }): void {
    this.publisher.publishLossy({
      exchange: EXCHANGE.taskEvents,
      routingKey: `${publisher}.${taskType}.${notice.type.replace(/^task\./, '')}`,
      body: Buffer.from(JSON.stringify(notice)),
      properties: {
        messageId: `${notice.data.id ?? notice.data.task_id ?? ''}.${notice.type}`,
        type: notice.type,
        appId: 'photo-repair',
        contentType: 'application/json',
        persistent: true,
        timestamp: Math.floor(Date.now() / 1000),
      },
    });
  }
}
