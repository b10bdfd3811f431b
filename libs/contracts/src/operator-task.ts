import type { Failure, FailureCode } from './failure.js';
import type { TimelineEntry } from './task-log.js';
import type { TaskState, TaskUrls, TaskView } from './task.js';

/** Whose a task is. A visitor has no name: it is empty. */
export interface TaskOwnerView {
  id: string;
  kind: 'visitor' | 'key';
  name: string;
}

/** A task in an operator's list. Times are ISO 8601 in UTC. */
export interface OperatorTaskView {
  id: string;
  type: string;
  status: TaskState;
  priority: number;
  filename: string;
  client_ref: string | null;
  /** Of the photo as it was sent: lowercase hex SHA-256. */
  sha256: string;
  album_id: string | null;
  owner: TaskOwnerView;
  /** Attempts started so far. */
  attempts: number;
  /** Null unless failed, or queued again after a failed attempt. */
  error: Failure | null;
  /** When an operator took it off the list of failed photos; null for others. */
  discarded_at: string | null;
  created_at: string;
  /** When it joined the line, the last time that it did. */
  queued_at: string;
  started_at: string | null;
  finished_at: string | null;
  urls: TaskUrls;
}

/** How an attempt ended; `running` has not yet. `requeued`: its worker stopped or died. */
export const ATTEMPT_OUTCOMES = [
  'running',
  'succeeded',
  'failed',
  'retrying',
  'requeued',
  'cancelled',
] as const;
/** One of `ATTEMPT_OUTCOMES`. */
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** One time that a worker was at a task. */
export interface TaskAttemptView {
  /** From 1; the same number again where a worker stopped or died and the attempt was begun anew. */
  attempt: number;
  /** The worker's name. */
  worker: string;
  /** The device that it ran on, where it is known. */
  gpu: string | null;
  /** Null where nobody was heard of its begin. */
  started_at: string | null;
  ended_at: string | null;
  outcome: AttemptOutcome;
  /** A failure code, or why it was put back in line. */
  reason: string | null;
}

/** All that an operator may know of a task: `GET /v1/admin/tasks/{id}`. */
export interface OperatorTaskDetailView {
  task: TaskView;
  owner: TaskOwnerView;
  sha256: string;
  discarded_at: string | null;
  timeline: TimelineEntry[];
  /** The first one first. */
  attempts: TaskAttemptView[];
  /** What the workers get (`TaskMessage`), in which nothing is left that leads to the photo. */
  payload: Record<string, unknown>;
  /** By which its spans are found in a system for traces: 32 hex digits; null where it was not traced. */
  trace_id: string | null;
}

/** Failed photos with one code, which an operator has not discarded. */
export interface FailureGroupView {
  code: FailureCode;
  count: number;
  /** The task types that they are of, in alphabetical order. */
  types: string[];
  first_at: string;
  last_at: string;
  /** The newest four at most. */
  sample_ids: string[];
}
