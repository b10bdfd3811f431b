import type { Failure, TaskEvent, TaskMessage } from '@app/contracts';
import { TaskEventPublisher, type ParkedByServer, type TaskDelivery } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import type { WorkerEnv } from '../env.js';
import { LOGGER, WORKER_ENV } from '../tokens.js';
import type { FinishedTask } from './finished-tasks.js';
import { TaskProgressReport } from './task-progress.js';

/**
 * Tells what happens to a task. All but progress is confirmed by the broker before the promise resolves, so that a
 * message is settled only after its outcome is safe.
 */
@Injectable()
export class TaskEvents {
  constructor(
    @Inject(WORKER_ENV) private readonly env: WorkerEnv,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly publisher: TaskEventPublisher,
  ) {}

  progress({ message, attempt }: TaskDelivery): TaskProgressReport {
    return new TaskProgressReport(message, attempt, this.env.name, (event) => {
      // Progress never rejects: what cannot be sent is dropped.
      void this.publisher.publish(event);
    });
  }

  async started({ message, attempt, signal }: TaskDelivery): Promise<void> {
    await this.tell({ ...this.base(message, attempt), kind: 'started' }, signal);
  }

  async succeeded({ message, attempt, signal }: TaskDelivery, finished: FinishedTask): Promise<void> {
    await this.tell({ ...this.base(message, attempt), kind: 'succeeded', ...finished }, signal);
  }

  async retrying(
    { message, attempt, signal }: TaskDelivery,
    failure: Failure,
    retryAfterMs: number,
  ): Promise<void> {
    await this.tell({ ...this.base(message, attempt), kind: 'retrying', failure, retryAfterMs }, signal);
  }

  async failed({ message, attempt, signal }: TaskDelivery, failure: Failure): Promise<void> {
    await this.tell({ ...this.base(message, attempt), kind: 'failed', failure }, signal);
  }

  /** A task that ended without the handler having decided it. A message without a task id has no owner to tell. */
  async parkedByServer({ taskId, taskType, attempt, failure }: ParkedByServer): Promise<void> {
    this.logger.error({ taskId, taskType, attempt, failure }, 'a message was parked');
    if (taskId === null) return;
    const at = new Date().toISOString();
    await this.publisher.publish({
      version: 1,
      kind: 'failed',
      taskId,
      taskType,
      at,
      attempt,
      worker: this.env.name,
      failure,
    });
  }

  private base(task: TaskMessage, attempt: number): Omit<Extract<TaskEvent, { kind: 'started' }>, 'kind'> {
    const { taskId, taskType } = task;
    return { version: 1, taskId, taskType, at: new Date().toISOString(), attempt, worker: this.env.name };
  }

  private async tell(event: TaskEvent, signal: AbortSignal): Promise<void> {
    const { taskId, taskType, kind, attempt } = event;
    const confirmed = await this.publisher.publishUntilConfirmed(event, signal, (error) =>
      this.logger.warn({ taskId, kind, err: error }, 'an event is not confirmed yet; trying again'),
    );
    if (!confirmed) signal.throwIfAborted();
    const failure = 'failure' in event ? event.failure : undefined;
    const engine = 'engine' in event ? event.engine : undefined;
    this.logger.info(
      { taskId, taskType, attempt, ...(engine && { engine }), ...(failure && { failure }) },
      kind,
    );
  }
}
