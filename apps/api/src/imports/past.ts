import type { ArtifactRef, ExportedTask } from '@app/contracts';
import type { Past } from '../tasks/tasks.store.js';

/** What a task that ended in another installation has behind it, its coming here as the last step. */
export function toPast(task: ExportedTask, result: ArtifactRef | null, now: number): Past {
  const { status: state, attempts, error, engine, timeline } = task;
  const steps = timeline.map(({ step, status, at, attempt, by, gpu, reason }) => ({
    step,
    state: status,
    at: Date.parse(at),
    attempt,
    actor: by,
    gpu,
    reason,
  }));
  return {
    columns: {
      state,
      attempts,
      result: result && JSON.stringify(result),
      engine: engine && JSON.stringify(engine),
      failure: error && JSON.stringify(error),
      failure_code: error && error.code,
      discarded_at: toMs(task.discarded_at),
      started_at: toMs(task.started_at),
      finished_at: toMs(task.finished_at),
    },
    steps: [...steps, { step: 'imported', state, at: now, attempt: attempts, actor: 'api' }],
  };
}

function toMs(iso: string | null): number | null {
  return iso === null ? null : Date.parse(iso);
}
