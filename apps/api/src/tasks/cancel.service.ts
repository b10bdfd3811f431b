import { LocalArtifactStore } from '@app/artifact-store';
import { cancelMarkKey, isFinalState } from '@app/contracts';
import { TaskControlPublisher, type StateEvent } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import type { TaskRow } from '../database/schema.js';
import { LOGGER } from '../logger.token.js';
import { ProblemException } from '../problems/problem.exception.js';
import { TaskChanges } from '../task-events/task-changes.js';
import { TasksStore } from './tasks.store.js';

/**
 * Cancels tasks. The mark comes first: once a caller was told `cancelled`, a worker that takes the task finds it,
 * also one that was not there when it was said aloud.
 */
@Injectable()
export class CancelService {
  constructor(
    private readonly tasks: TasksStore,
    private readonly artifacts: LocalArtifactStore,
    private readonly control: TaskControlPublisher,
    private readonly changes: TaskChanges,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Resolves to the cancelled task, also where it was cancelled before.
   * @throws ProblemException `already_final` where it ended otherwise, maybe at this moment.
   */
  async cancel(task: TaskRow): Promise<TaskRow> {
    if (isFinalState(task.state)) return alreadyEnded(task);
    const at = new Date().toISOString();
    await this.artifacts.put(cancelMarkKey(task.id), Buffer.from(at), 'text/plain');
    const event: StateEvent = {
      version: 1,
      kind: 'cancelled',
      taskId: task.id,
      taskType: task.type,
      at,
      attempt: Math.max(1, task.attempts),
      run: task.run,
      worker: 'api',
    };
    const row = await this.tasks.apply(event);
    if (row === undefined) return this.tooLate(task);
    this.logger.info({ taskId: row.id, taskType: row.type, was: task.state }, 'cancelled');
    this.control.cancel(row.id);
    this.changes.tell(row, event);
    return row;
  }

  /** It ended between the look and the change. A mark would stop it if an operator ever sent it through once more. */
  private async tooLate(task: TaskRow): Promise<TaskRow> {
    const row = (await this.tasks.find(task.id)) ?? task;
    if (row.state !== 'cancelled') await this.artifacts.delete(cancelMarkKey(task.id));
    return alreadyEnded(row);
  }
}

function alreadyEnded(row: TaskRow): TaskRow {
  if (row.state === 'cancelled') return row;
  throw new ProblemException('already_final', `The task has ended already: it is ${row.state}.`);
}
