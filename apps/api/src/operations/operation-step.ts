import { inTaskTrace } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database, OperationRow, TaskRow } from '../database/schema.js';
import { ProblemException } from '../problems/problem.exception.js';
import { RetryService } from '../tasks/retry.service.js';
import { isMeant } from './operation-match.js';

/** `done`, `skipped`: it has changed meanwhile. `later`: the line takes nobody more at this moment. */
export type StepOutcome = 'done' | 'skipped' | 'later';

/** What an operation does to one task. */
@Injectable()
export class OperationStep {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    private readonly retries: RetryService,
  ) {}

  async do(operation: OperationRow, task: TaskRow): Promise<StepOutcome> {
    if (!isMeant(operation, task)) return 'skipped';
    return inTaskTrace(task, () => (operation.kind === 'retry' ? this.retry(task) : this.discard(task)));
  }

  /**
   * Whether it was done to the task already, by an instance that died before it could count it. @param task as it is now.
   */
  async wasDone(operation: OperationRow, task: TaskRow): Promise<boolean> {
    if (operation.kind === 'discard') {
      return task.discarded_at !== null && task.discarded_at >= operation.created_at;
    }
    const retried = await this.db
      .selectFrom('task_log')
      .select('seq')
      .where('task_id', '=', task.id)
      .where('step', '=', 'retried')
      .where('at', '>=', operation.created_at)
      .limit(1)
      .execute();
    return retried.length > 0;
  }

  private async retry(task: TaskRow): Promise<StepOutcome> {
    try {
      await this.retries.retry(task);
      return 'done';
    } catch (error) {
      if (!(error instanceof ProblemException)) throw error;
      if (error.code === 'not_retryable') return 'skipped';
      if (error.code === 'queue_full' || error.code === 'broker_backlog_full') return 'later';
      throw error;
    }
  }

  private async discard({ id }: TaskRow): Promise<StepOutcome> {
    const { numUpdatedRows } = await this.db
      .updateTable('tasks')
      .set({ discarded_at: Date.now() })
      .where('id', '=', id)
      .where('state', '=', 'failed')
      .where('discarded_at', 'is', null)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n ? 'done' : 'skipped';
  }
}
