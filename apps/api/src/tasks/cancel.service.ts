import { ArtifactStore } from '@app/artifact-store';
import { cancelMarkKey, isFinalState, MOST_RUNS, type CancelMark } from '@app/contracts';
import { TaskControlPublisher } from '@app/messaging';
import { inTaskTrace, type Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import type { Act } from '../audit/audit-log.js';
import type { TaskRow } from '../database/schema.js';
import { LOGGER } from '../logger.token.js';
import { ProblemException } from '../problems/problem.exception.js';
import { TaskChanges } from '../task-events/task-changes.js';
import { TasksStore } from './tasks.store.js';

/**
 * Cancels tasks. Before a caller is told `cancelled` there is a mark: a worker that takes the task finds it, also one that
 * was not there when it was said aloud. A task that the broker never got needs none.
 */
@Injectable()
export class CancelService {
  constructor(
    private readonly tasks: TasksStore,
    private readonly artifacts: ArtifactStore,
    private readonly control: TaskControlPublisher,
    private readonly changes: TaskChanges,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * `act` is written down with it where an operator did it. Resolves to the cancelled task, also where it was cancelled before.
   * @throws ProblemException `already_final` where it ended otherwise, maybe at this moment.
   */
  async cancel(task: TaskRow, act?: Act): Promise<TaskRow> {
    if (isFinalState(task.state)) return alreadyEnded(task);
    const at = new Date().toISOString();
    const isHeld = task.dispatched === null && task.run === 0;
    if (!isHeld) await this.mark(task);
    const stored = await this.tasks.apply(
      {
        version: 1,
        kind: 'cancelled',
        taskId: task.id,
        taskType: task.type,
        at,
        attempt: Math.max(1, task.attempts),
        run: MOST_RUNS,
        worker: 'api',
      },
      { act },
    );
    if (stored === undefined) return this.tooLate(task);
    const { row } = stored;
    // Its turn may have come at this moment.
    if (isHeld && row.dispatched !== null) await this.mark(row);
    inTaskTrace(row, () =>
      this.logger.info({ taskId: row.id, taskType: row.type, was: stored.from }, 'cancelled'),
    );
    if (row.dispatched !== null) this.control.cancel(row.id);
    this.changes.stored(stored);
    return row;
  }

  private async mark({ id, again }: TaskRow): Promise<void> {
    const mark: CancelMark = { version: 1, again };
    await this.artifacts.put(cancelMarkKey(id), Buffer.from(JSON.stringify(mark)), 'application/json');
  }

  /** It ended between the look and the change. A mark would stop it if anybody ever asked for it once more. */
  private async tooLate(task: TaskRow): Promise<TaskRow> {
    const row = (await this.tasks.find(task.id)) ?? task;
    if (row.state !== 'cancelled') await this.artifacts.delete(cancelMarkKey(task.id));
    return alreadyEnded(row);
  }
}

function alreadyEnded(row: TaskRow): TaskRow {
  if (row.state === 'cancelled') return row;
  throw new ProblemException('already_final', { state: row.state });
}
