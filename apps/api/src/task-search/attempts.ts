import type { AttemptOutcome, TaskAttemptView, TaskStep } from '@app/contracts';
import type { TaskLogRow } from '../database/schema.js';

/** The steps by which an attempt ends. */
const ENDS: Partial<Record<TaskStep, AttemptOutcome>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  retrying: 'retrying',
  requeued: 'requeued',
  cancelled: 'cancelled',
};

/** The times that workers were at a task, by its log, which is in order. */
export function toAttempts(log: readonly TaskLogRow[]): TaskAttemptView[] {
  const attempts: TaskAttemptView[] = [];
  let open: TaskAttemptView | undefined;
  for (const row of log) {
    if (row.step === 'started') {
      // Of a worker that died nothing more is heard but the begin of the next one.
      if (open !== undefined) Object.assign(open, ended(row, 'requeued', null));
      open = begun(row);
      attempts.push(open);
      continue;
    }
    const outcome = ENDS[row.step];
    if (outcome === undefined) continue;
    if (open === undefined && outcome === 'succeeded') {
      attempts.push({ ...begun(row), started_at: null, ...ended(row, outcome, null) });
    } else if (open !== undefined) {
      Object.assign(open, ended(row, outcome, row.reason));
      open.gpu ??= row.gpu;
    }
    open = undefined;
  }
  return attempts;
}

function begun({ attempt, actor, gpu, at }: TaskLogRow): TaskAttemptView {
  return {
    attempt,
    worker: actor,
    gpu,
    started_at: new Date(at).toISOString(),
    ended_at: null,
    outcome: 'running',
    reason: null,
  };
}

function ended({ at }: TaskLogRow, outcome: AttemptOutcome, reason: string | null) {
  return { ended_at: new Date(at).toISOString(), outcome, reason };
}
