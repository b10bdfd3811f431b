import type { TaskControl, WorkerOrders } from '@app/contracts';
import type { ConfirmPublisher } from './confirm-publisher.js';
import { EXCHANGE } from './names.js';

/**
 * Tells every worker that listens at this moment; see `TaskControlConsumer`. All of it is lossy: dropped without the
 * broker, and unheard by a worker that is not connected.
 */
export class TaskControlPublisher {
  constructor(private readonly publisher: ConfirmPublisher) {}

  /**
   * Whoever runs the task shall stop. Leave the cancellation where workers look for it (`cancelMarkKey`) before you
   * call this.
   */
  cancel(taskId: string): void {
    this.send({ version: 1, kind: 'cancel', taskId });
  }

  /**
   * Every worker shall say who it is (`WorkerStatus`). False where it was not sent: call it again once the publisher is
   * ready, and after your own consumer is (`TaskEventSubscriber.whenReady`), or the answers are missed.
   */
  hello(): boolean {
    return this.send({ version: 1, kind: 'hello' });
  }

  /**
   * What the task has left in engines shall be erased. Each worker that may use one of these engines answers
   * (`EngineErased`); ask again until that has come for every engine of the task's trace (`engineTraceKey`). A task
   * that may still run is left alone unless it is marked as cancelled.
   */
  erase(taskId: string): void {
    this.send({ version: 1, kind: 'erase', taskId });
  }

  /** This process has a free place for tasks of these types and finds none. Whoever holds one ahead gives it back. */
  idle(process: string, taskTypes: readonly string[]): void {
    this.send({ version: 1, kind: 'idle', process, taskTypes: [...taskTypes] });
  }

  /**
   * All that the operators have paused. Leave it where workers look for it (`workerOrdersKey`) before you call this, and
   * call it again for as long as one of them says otherwise (`WorkerStatus`).
   */
  pauses(orders: WorkerOrders): void {
    this.send({ ...orders, kind: 'pauses' });
  }

  private send(control: TaskControl): boolean {
    const taskId = 'taskId' in control ? control.taskId : undefined;
    return this.publisher.publishLossy({
      exchange: EXCHANGE.control,
      routingKey: '',
      body: Buffer.from(JSON.stringify(control)),
      properties: {
        messageId: taskId === undefined ? control.kind : `${taskId}.${control.kind}`,
        ...(taskId !== undefined && { correlationId: taskId }),
        type: control.kind,
        appId: 'photo-repair',
        contentType: 'application/json',
        timestamp: Math.floor(Date.now() / 1000),
      },
    });
  }
}
