import type { TaskEvent, TaskProgress } from '@app/contracts';
import { TaskEventPublisher, type TaskDelivery } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { Engines } from '../engines/engines.js';
import type { WorkerEnv } from '../env.js';
import { LOGGER, WORKER_ENV } from '../tokens.js';
import { TaskProgressReport } from './task-progress.js';

/** Tells that a run has begun and how it goes. How it ended, the task server tells when it settles the message. */
@Injectable()
export class TaskEvents {
  constructor(
    @Inject(WORKER_ENV) private readonly env: WorkerEnv,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly publisher: TaskEventPublisher,
    private readonly engines: Engines,
  ) {}

  /**
   * Resolves once the broker has confirmed it; rejects with the signal's reason where that is aborted before.
   * @param gpu as far as it is known by then.
   */
  async started(
    { message, attempt, run, signal }: TaskDelivery,
    gpu: string | null | undefined,
  ): Promise<void> {
    const { taskId, taskType } = message;
    const at = new Date().toISOString();
    const event: TaskEvent = {
      version: 1,
      kind: 'started',
      taskId,
      taskType,
      at,
      attempt,
      run,
      worker: this.env.name,
      gpu: gpu === undefined ? this.engines.onlyGpu : gpu,
    };
    const confirmed = await this.publisher.publishUntilConfirmed(event, signal, (error) =>
      this.logger.warn({ taskId, err: error }, 'a start is not confirmed yet; trying again'),
    );
    if (!confirmed) signal.throwIfAborted();
    this.logger.info({ taskId, taskType, attempt, run }, 'started');
  }

  progress(delivery: TaskDelivery, onStage: (stage: TaskProgress['stage']) => void): TaskProgressReport {
    // Progress never rejects: what cannot be sent is dropped.
    const publish = (event: TaskEvent) => void this.publisher.publish(event);
    return new TaskProgressReport(delivery, this.env.name, publish, onStage);
  }
}
