import type {
  ArtifactRef,
  EngineRef,
  Failure,
  LivePlace,
  ParameterAdjustment,
  ParameterValues,
  TaskPicture,
  TaskProgress,
  TaskUrls,
  TaskView,
} from '@app/contracts';
import type { TaskRow } from '../database/schema.js';

/** What the row itself does not hold. */
export interface TaskMoment {
  place: LivePlace;
  progress: TaskProgress | null;
}

/** Shows a stored task to the outside. */
export function toTaskView(row: TaskRow, { place, progress }: TaskMoment): TaskView {
  const urls = toUrls(row.id);
  return {
    id: row.id,
    type: row.type,
    status: row.state,
    seq: row.seq,
    priority: row.priority,
    queue_position: place.queue_position,
    moved_back_by: place.moved_back_by,
    estimate: place.estimate,
    delayed_by: place.delayed_by,
    gpu_memory_used_percent: place.gpu_memory_used_percent,
    retry_at: place.delayed_by === 'retry_delay' ? toIso(row.retry_at) : null,
    progress: row.state === 'running' ? (progress ?? { stage: 'preparing', percent: null }) : null,
    attempts: row.attempts,
    album_id: row.album_id,
    client_ref: row.client_ref,
    filename: row.filename,
    parameters: JSON.parse(row.parameters) as ParameterValues,
    adjusted: parse<ParameterAdjustment[]>(row.adjusted) ?? [],
    input: toPicture(parse<ArtifactRef>(row.original)!, urls.original),
    output: row.result === null ? null : toPicture(parse<ArtifactRef>(row.result)!, urls.result),
    engine: parse<EngineRef>(row.engine),
    error: parse<Failure>(row.failure),
    created_at: new Date(row.created_at).toISOString(),
    started_at: toIso(row.started_at),
    finished_at: toIso(row.finished_at),
    expires_at: new Date(row.expires_at).toISOString(),
    urls,
  };
}

/** The paths of a task on the API. */
export function toUrls(id: string): TaskUrls {
  const self = `/v1/tasks/${id}`;
  return {
    self,
    original: `${self}/original`,
    result: `${self}/result`,
    thumbnail: `${self}/thumbnail`,
    timeline: `${self}/timeline`,
    events: `${self}/events`,
    cancel: `${self}/cancel`,
    retry: `${self}/retry`,
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
