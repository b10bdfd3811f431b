import type { TimelineEntry } from '@app/contracts';
import type { TaskLogRow } from '../database/schema.js';

/** A step of a task as callers see it. */
export function toTimelineEntry(row: TaskLogRow): TimelineEntry {
  return {
    task_id: row.task_id,
    seq: row.seq,
    album_seq: row.album_seq,
    step: row.step,
    status: row.state,
    at: new Date(row.at).toISOString(),
    attempt: row.attempt,
    by: row.actor,
    gpu: row.gpu,
    reason: row.reason,
  };
}
