import type { TaskState } from './task.js';
import type { TaskProgress } from './task-event.js';

/** What other systems are told of a task. The last four are final: after one of them nothing more comes by itself. */
export const NOTICE_TYPES = [
  /** Stored and in line. */
  'task.accepted',
  /** Not taken in; there is no task. */
  'task.refused',
  /** A worker has begun it. */
  'task.started',
  /** How far it is; lossy, at most two a second. */
  'task.progress',
  'task.succeeded',
  'task.failed',
  'task.cancelled',
  'task.expired',
] as const;

/** One of `NOTICE_TYPES`. */
export type NoticeType = (typeof NOTICE_TYPES)[number];

/**
 * The body of an answer over AMQP, of a public event and of a webhook: the same for all three, in the form of the
 * Standard Webhooks specification 1.0.0 (`type`, `timestamp`, `data`). Thin: a picture is a link, never bytes.
 */
export interface TaskNotice {
  type: NoticeType;
  /** When it happened, ISO 8601 in UTC. */
  timestamp: string;
  data: NoticeData;
}

/** See `TaskNotice`. Names as in the HTTP API. */
export interface NoticeData {
  /** The sender's own id of the task: `task_id` of its message, or the `client_ref` that came over HTTP. */
  task_id: string | null;
  /** Ours; null where the task was refused. */
  id: string | null;
  /** Null where it was refused before its type was known. */
  type: string | null;
  status: TaskState | 'refused';
  album_id: string | null;
  attempts: number;
  /** Of a refusal and of a failure: a stable code and a sentence. */
  error: { code: string; message: string } | null;
  /** Of `task.succeeded`. */
  result: NoticeResult | null;
  /** Of `task.progress`. */
  progress: TaskProgress | null;
  created_at: string | null;
  finished_at: string | null;
}

/** The restored picture. `url` needs no key and works until `expires_at`. */
export interface NoticeResult {
  url: string;
  expires_at: string;
  media_type: string;
  width: number;
  height: number;
  bytes: number;
  sha256: string;
}
