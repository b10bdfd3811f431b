import type {
  ArtifactRef,
  Failure,
  NoticeResult,
  NoticeType,
  TaskNotice,
  TaskProgress,
  TaskState,
} from '@app/contracts';
import type { TaskRow } from '../database/schema.js';
import type { ResultLink } from '../downloads/result-links.js';
import type { ReplyAddress } from '../tasks/reply-address.js';

/** A notice stays below 20 kB (Standard Webhooks 1.0.0, "payload size"); nothing else in it is long. */
const LONGEST_MESSAGE = 1000;

/** Makes links to results. */
export interface NoticeLinks {
  to: (row: TaskRow) => ResultLink;
}

/** What came to nothing before it was a task. */
export interface Refusal {
  /** The sender's own id, as far as it could be read. */
  taskId: string | null;
  type: string | null;
  code: string;
  message: string;
}

/** What other systems are told of a task; `progress` for `task.progress`. */
export function toNotice(
  type: Exclude<NoticeType, 'task.refused'>,
  row: TaskRow,
  links: NoticeLinks,
  progress: TaskProgress | null = null,
): TaskNotice {
  return {
    type,
    timestamp: toIso(timeOf(type, row)),
    data: {
      task_id: ownIdOf(row),
      id: row.id,
      type: row.type,
      status: row.state,
      album_id: row.album_id,
      attempts: row.attempts,
      error: type === 'task.failed' && row.failure !== null ? toError(row.failure) : null,
      result: type === 'task.succeeded' && row.result !== null ? toResult(row, row.result, links) : null,
      progress,
      created_at: toIso(row.created_at),
      finished_at: row.finished_at === null ? null : toIso(row.finished_at),
    },
  };
}

/** What the sender of something is told that was not taken in. */
export function toRefusal({ taskId, type, code, message }: Refusal, now = Date.now()): TaskNotice {
  return {
    type: 'task.refused',
    timestamp: toIso(now),
    data: {
      task_id: taskId,
      id: null,
      type,
      status: 'refused',
      album_id: null,
      attempts: 0,
      error: { code, message: message.slice(0, LONGEST_MESSAGE) },
      result: null,
      progress: null,
      created_at: null,
      finished_at: null,
    },
  };
}

/** The notice of a state, as it is the present one. */
export function noticeTypeOf(state: TaskState): Exclude<NoticeType, 'task.refused'> {
  if (state === 'queued') return 'task.accepted';
  return state === 'running' ? 'task.started' : `task.${state}`;
}

function timeOf(type: NoticeType, row: TaskRow): number {
  if (type === 'task.progress') return Date.now();
  if (type === 'task.accepted') return row.queued_at;
  return (type === 'task.started' ? row.started_at : row.finished_at) ?? Date.now();
}

/** What the sender of a message called it; of an upload, what its caller did. */
function ownIdOf({ reply, client_ref: clientRef }: TaskRow): string | null {
  return (reply === null ? null : (JSON.parse(reply) as ReplyAddress).taskId) ?? clientRef;
}

function toError(json: string): { code: string; message: string } {
  const { code, message } = JSON.parse(json) as Failure;
  return { code, message: message.slice(0, LONGEST_MESSAGE) };
}

function toResult(row: TaskRow, json: string, links: NoticeLinks): NoticeResult {
  const { mediaType, width, height, bytes, sha256 } = JSON.parse(json) as ArtifactRef;
  const { url, expiresAt } = links.to(row);
  return { url, expires_at: toIso(expiresAt), media_type: mediaType, width, height, bytes, sha256 };
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
