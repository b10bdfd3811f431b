import { OriginalErrorFilter, TASK_PATTERN, type Settlement, type TaskDelivery } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { WorkerEnv } from '../env.js';
import { RunMetrics } from '../metrics/run-metrics.js';
import { LOGGER, WORKER_ENV } from '../tokens.js';
import { CurrentRuns } from './current-runs.js';
import { decide } from './failure-policy.js';
import { TaskEvents } from './task-events.js';
import { TaskTakenBack } from './task-taken-back.errors.js';
import { TaskTurn } from './task-turn.js';
import { TaskRunner } from './task.runner.js';
import { toFailure } from './to-failure.js';

/** Takes one delivery, runs it and says how it ended. Telling that and settling the message is the task server's. */
@Controller()
@UseFilters(OriginalErrorFilter)
export class TaskConsumer {
  constructor(
    @Inject(WORKER_ENV) private readonly env: WorkerEnv,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly runner: TaskRunner,
    private readonly events: TaskEvents,
    private readonly runs: CurrentRuns,
    private readonly metrics: RunMetrics,
  ) {}

  @EventPattern(TASK_PATTERN)
  async handle(@Payload() delivery: TaskDelivery): Promise<Settlement> {
    const turn = new TaskTurn(delivery, this.runs, this.events);
    try {
      if (!delivery.isAhead) await turn.begin();
      return await this.run(delivery, turn);
    } finally {
      turn.end();
    }
  }

  private async run(delivery: TaskDelivery, turn: TaskTurn): Promise<Settlement> {
    try {
      const finished = await this.runner.run(delivery, turn);
      // Told to have succeeded only after it was told to have begun.
      await turn.begin();
      this.metrics.succeeded(delivery.message.taskType, turn.seconds);
      return { kind: 'succeeded', ...finished, gpu: turn.progress.gpu };
    } catch (error) {
      // Withdrawn, cancelled, or asked to stop: nothing has failed.
      delivery.signal.throwIfAborted();
      if (error instanceof TaskTakenBack) throw error;
      // What is told to have failed has to have begun.
      await turn.begin();
      return { ...this.settleFailure(delivery, error), gpu: turn.progress.gpu };
    }
  }

  private settleFailure({ message, attempt, run }: TaskDelivery, error: unknown) {
    const failure = toFailure(error);
    this.metrics.failed(message.taskType, failure.code);
    const decision = decide(failure, attempt, this.env);
    this.logger.warn({ taskId: message.taskId, attempt, run, err: error, decision }, 'a run failed');
    if (decision.kind === 'give_up') return { kind: 'park' as const, failure };
    const { delayMs, counted } = decision;
    return { kind: 'retry' as const, delayMs, counted, failure };
  }
}
