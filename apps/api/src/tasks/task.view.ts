import type {
  ArtifactRef,
  DelayReason,
  EngineRef,
  Failure,
  ParameterValues,
  TaskPicture,
  TaskProgress,
  TaskView,
} from '@app/contracts';
import type { TaskRow } from '../database/schema.js';

/** What the row itself does not hold. */
export interface TaskMoment {
  queuePosition: number | null;
  delayedBy: DelayReason | null;
  progress: TaskProgress | null;
}

/** Shows a stored task to the outside. */
export function toTaskView(row: TaskRow, { queuePosition, delayedBy, progress }: TaskMoment): TaskView {
  const self = `/v1/tasks/${row.id}`;
  const urls = { self, original: `${self}/original`, result: `${self}/result` };
  return {
    id: row.id,
    type: row.type,
    status: row.state,
    queue_position: queuePosition,
    delayed_by: delayedBy,
    progress: row.state === 'running' ? (progress ?? { stage: 'preparing', percent: null }) : null,
    attempts: row.attempts,
    filename: row.filename,
    parameters: JSON.parse(row.parameters) as ParameterValues,
    input: toPicture(parse<ArtifactRef>(row.original)!, urls.original),
    output: row.result === null ? null : toPicture(parse<ArtifactRef>(row.result)!, urls.result),
    engine: parse<EngineRef>(row.engine),
    error: parse<Failure>(row.failure),
    created_at: new Date(row.created_at).toISOString(),
    started_at: toIso(row.started_at),
    finished_at: toIso(row.finished_at),
    urls,
  };
}

function toPicture(artifact: ArtifactRef, url: string): TaskPicture {
  const { mediaType, width, height, bytes, sha256 } = artifact;
  return { url, media_type: mediaType, width, height, bytes, sha256 };
}

function parse<T>(json: string | null): T | null {
  return json === null ? null : (JSON.parse(json) as T);
}

function toIso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
