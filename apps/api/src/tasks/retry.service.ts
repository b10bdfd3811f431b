import { ArtifactStore } from '@app/artifact-store';
import { cancelMarkKey } from '@app/contracts';
import { inTaskTrace, type Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import type { Act } from '../audit/audit-log.js';
import type { TaskRow } from '../database/schema.js';
import { LinesService } from '../line/lines.service.js';
import { LOGGER } from '../logger.token.js';
import { ProblemException } from '../problems/problem.exception.js';
import { TaskChanges } from '../task-events/task-changes.js';
import { Admission } from './admission.js';
import { readLedger } from './read-ledger.js';
import { TasksStore } from './tasks.store.js';

/** Puts tasks in line once more that failed, expired or were cancelled: as newcomers, with all their attempts. */
@Injectable()
export class RetryService {
  constructor(
    private readonly tasks: TasksStore,
    private readonly lines: LinesService,
    private readonly artifacts: ArtifactStore,
    private readonly admission: Admission,
    private readonly changes: TaskChanges,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * `act` is written down with it where an operator did it.
   * @throws ProblemException `not_retryable` for a task in any other state; `queue_full`.
   */
  async retry(task: TaskRow, act?: Act): Promise<TaskRow> {
    if (!['failed', 'expired', 'cancelled'].includes(task.state)) throw notRetryable(task);
    this.admission.check();
    // Before the task can be taken: a worker that found it would drop the task again. Before the ledger is read: what is
    // begun from here on is not cancelled.
    await this.artifacts.delete(cancelMarkKey(task.id));
    const stored = await this.tasks.apply(
      {
        kind: 'retried',
        taskId: task.id,
        taskType: task.type,
        at: new Date().toISOString(),
        attempt: task.attempts,
        run: Math.max(task.run, await this.runsBegun(task)) + 1,
        worker: 'api',
      },
      { turn: this.lines.of(task.type).join(task.owner_id, task.priority), act },
    );
    if (stored === undefined) throw notRetryable((await this.tasks.find(task.id)) ?? task);
    inTaskTrace(task, () =>
      this.logger.info({ taskId: task.id, taskType: task.type, was: stored.from }, 'asked for once more'),
    );
    this.changes.stored(stored);
    return stored.row;
  }

  /** Workers may have begun more than has been heard here so far. */
  private async runsBegun({ id }: TaskRow): Promise<number> {
    const ledger = await readLedger(this.artifacts, id);
    return ledger === undefined || ledger === 'unreadable' ? 0 : ledger.run;
  }
}

function notRetryable({ state }: TaskRow): ProblemException {
  return new ProblemException('not_retryable', { state });
}
