import { OriginalErrorFilter, TASK_PATTERN, type Settlement, type TaskDelivery } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { NoEngineAnswers } from '../engines/no-engine.errors.js';
import type { WorkerEnv } from '../env.js';
import { LOGGER, WORKER_ENV } from '../tokens.js';
import { ANOTHER_ROUND, decide } from './failure-policy.js';
import { TaskEvents } from './task-events.js';
import { TaskRunner } from './task.runner.js';
import { toFailure } from './to-failure.js';

/** Takes one delivery at a time: run it, tell the outcome, settle. What it returns, the task server does, once. */
@Controller()
@UseFilters(OriginalErrorFilter)
export class TaskConsumer {
  constructor(
    @Inject(WORKER_ENV) private readonly env: WorkerEnv,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly runner: TaskRunner,
    private readonly events: TaskEvents,
  ) {}

  @EventPattern(TASK_PATTERN)
  async handle(@Payload() delivery: TaskDelivery): Promise<Settlement> {
    const { message, signal } = delivery;
    await this.events.started(delivery);
    const progress = this.events.progress(delivery);
    try {
      const finished = await this.runner.run(message, progress, signal);
      await this.events.succeeded(delivery, finished);
      return { kind: 'done' };
    } catch (error) {
      // Asked to stop: the task goes back to its queue as it is, and another worker takes it.
      signal.throwIfAborted();
      return await this.settleFailure(delivery, error);
    } finally {
      progress.stop();
    }
  }

  private async settleFailure(delivery: TaskDelivery, error: unknown): Promise<Settlement> {
    const { message, attempt } = delivery;
    const failure = toFailure(error);
    const decision =
      error instanceof NoEngineAnswers ? ANOTHER_ROUND : decide(failure, attempt, this.env.retryAttempts);
    this.logger.warn({ taskId: message.taskId, attempt, err: error, decision }, 'an attempt failed');
    if (decision.kind === 'give_up') {
      await this.events.failed(delivery, failure);
      return { kind: 'park', failure };
    }
    await this.events.retrying(delivery, failure, decision.delayMs);
    return { kind: 'retry', delayMs: decision.delayMs, failure };
  }
}
