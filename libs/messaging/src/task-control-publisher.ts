import type { TaskControl } from '@app/contracts';
import type { ConfirmPublisher } from './confirm-publisher.js';
import { EXCHANGE } from './names.js';

/** Tells every worker that listens at this moment; see `TaskControlConsumer`. */
export class TaskControlPublisher {
  constructor(private readonly publisher: ConfirmPublisher) {}

  /**
   * Whoever runs the task shall stop. Lossy: dropped without the broker, and unheard by a worker that is not
   * connected. Leave the cancellation where workers look for it (`cancelMarkKey`) before you call this.
   */
  cancel(taskId: string): void {
    const control: TaskControl = { version: 1, kind: 'cancel', taskId };
    this.publisher.publishLossy({
      exchange: EXCHANGE.control,
      routingKey: '',
      body: Buffer.from(JSON.stringify(control)),
      properties: {
        messageId: `${taskId}.cancel`,
        correlationId: taskId,
        type: control.kind,
        appId: 'photo-repair',
        contentType: 'application/json',
        timestamp: Math.floor(Date.now() / 1000),
      },
    });
  }
}
