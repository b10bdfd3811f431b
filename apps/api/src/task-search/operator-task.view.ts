import {
  traceIdOf,
  type ArtifactRef,
  type Failure,
  type OperatorTaskDetailView,
  type OperatorTaskView,
  type TaskOwnerView,
  type TaskView,
} from '@app/contracts';
import { toIso } from '../access/iso-time.js';
import type { OwnerRow, TaskLogRow, TaskRow } from '../database/schema.js';
import { toMessage } from '../line/to-message.js';
import { toUrls } from '../tasks/task.view.js';
import { toTimelineEntry } from '../tasks/timeline-entry.js';
import { toAttempts } from './attempts.js';

/** Stands where a value would lead to the photo. */
const REDACTED = '(redacted)';

/** A task in an operator's list. */
export function toOperatorTask(row: TaskRow, owner: TaskOwnerView): OperatorTaskView {
  return {
    id: row.id,
    type: row.type,
    status: row.state,
    priority: row.priority,
    filename: row.filename,
    client_ref: row.client_ref,
    sha256: row.sha256,
    album_id: row.album_id,
    owner,
    attempts: row.attempts,
    error: row.failure === null ? null : (JSON.parse(row.failure) as Failure),
    discarded_at: toIso(row.discarded_at),
    created_at: toIso(row.created_at),
    queued_at: toIso(row.queued_at),
    started_at: toIso(row.started_at),
    finished_at: toIso(row.finished_at),
    urls: toUrls(row.id),
  };
}

/** All of it. */
export function toOperatorTaskDetail(
  row: TaskRow,
  { view, owner, log }: { view: TaskView; owner: TaskOwnerView; log: readonly TaskLogRow[] },
): OperatorTaskDetailView {
  return {
    task: view,
    owner,
    sha256: row.sha256,
    discarded_at: toIso(row.discarded_at),
    timeline: log.map(toTimelineEntry),
    attempts: toAttempts(log),
    payload: toPayload(row),
    trace_id: traceIdOf(row.traceparent),
  };
}

/** Somebody who is gone has no name any more. */
export function toOwner(id: string, row: Pick<OwnerRow, 'kind' | 'name'> | undefined): TaskOwnerView {
  return { id, kind: row?.kind ?? 'visitor', name: row?.name ?? '' };
}

function toPayload(row: TaskRow): Record<string, unknown> {
  const message = toMessage(row);
  return { ...message, image: { ...message.image, key: REDACTED } satisfies ArtifactRef };
}
