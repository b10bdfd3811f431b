import type { OperationKind, OperationMatch, TaskMatch, TaskState } from '@app/contracts';
import type { TaskRow } from '../database/schema.js';
import { ProblemException } from '../problems/problem.exception.js';
import { toSought, type Sought } from '../task-search/sought.js';

/** In which states a task has to be for an operation to do something to it. */
const STATES: Record<OperationKind, readonly TaskState[]> = {
  retry: ['failed', 'expired', 'cancelled'],
  discard: ['failed'],
};

/** What an operation is about. */
export interface Purpose {
  kind: OperationKind;
  match: OperationMatch;
  /** Epoch milliseconds: what ends after it was made is no business of the operation. */
  created_at: number;
}

/** Whether the tasks are named one by one. */
export function namesTasks(match: OperationMatch): match is { task_ids: string[] } {
  return 'task_ids' in match;
}

/**
 * The tasks that it is for, where they are not named: failed ones unless it says otherwise, that an operator has not
 * discarded and that had ended when it was made. Its words have to be looked up yet.
 *
 * @throws ProblemException `invalid_request` for a state in which there is nothing to be done.
 */
export function soughtBy({ kind, match, created_at: createdAt }: Purpose & { match: TaskMatch }): Sought {
  const sought = toSought({ ...match, state: match.state ?? 'failed' });
  if (!STATES[kind].includes(sought.state!)) {
    const values = { allowed: STATES[kind].join(', ') };
    throw new ProblemException(
      'invalid_request.value',
      {},
      { errors: [{ pointer: '/match/state', text: 'one_of', values }] },
    );
  }
  const to = Math.min(createdAt + 1, sought.span?.to ?? Infinity);
  return { ...sought, span: { of: 'finished_at', from: sought.span?.from, to }, discarded: false };
}

/** Whether the operation would do something to the task as it is. */
export function isMeant(
  { kind, created_at: createdAt }: Pick<Purpose, 'kind' | 'created_at'>,
  task: Pick<TaskRow, 'state' | 'finished_at' | 'discarded_at'>,
): boolean {
  const hadEnded = task.finished_at !== null && task.finished_at <= createdAt;
  return STATES[kind].includes(task.state) && hadEnded && (kind === 'retry' || task.discarded_at === null);
}
