import type { FailureCode } from './failure.js';
import type { TaskState } from './task.js';

/** `retry`: in line once more, with all their attempts. `discard`: off the list of failed photos; the photos stay. */
export const OPERATION_KINDS = ['retry', 'discard'] as const;
/** One of `OPERATION_KINDS`. */
export type OperationKind = (typeof OPERATION_KINDS)[number];

/** `stopped`: an operator has stopped it; what it had done by then stays done. */
export const OPERATION_STATES = ['running', 'finished', 'stopped'] as const;
/** One of `OPERATION_STATES`. */
export type OperationState = (typeof OPERATION_STATES)[number];

/** The most tasks that an operation may name one by one; a filter may choose any number. */
export const MOST_NAMED_TASKS = 1_000;

/** Which tasks are meant: those that match everything that is given. */
export interface TaskMatch {
  /** An id, part of a file name, a `client_ref`, or the SHA-256 of a photo. */
  q?: string;
  state?: TaskState;
  type?: string;
  failure?: FailureCode;
  /** The id of an album. */
  album?: string;
  /** The id of an owner. */
  owner?: string;
  /** When it ended where `state` is a final one, else when it was taken in: ISO 8601, this moment included. */
  from?: string;
  /** The same, this moment left out. */
  to?: string;
}

/** The tasks of an operation: by filter, or one by one. */
export type OperationMatch = TaskMatch | { task_ids: string[] };

/** What `POST /v1/admin/operations` takes. */
export interface NewOperation {
  kind: OperationKind;
  match: OperationMatch;
  /** What the preview said: nothing is done where it is not so any more. */
  expected_count?: number;
  note?: string;
}

/** An act on many tasks, done in the background at a limited rate. Times are ISO 8601 in UTC. */
export interface OperationView {
  id: string;
  kind: OperationKind;
  match: OperationMatch;
  /** Tasks that it was made for. */
  total: number;
  done: number;
  /** Tasks that had changed by the time their turn came, and stay as they are. */
  skipped: number;
  state: OperationState;
  /** Tasks that it does in a second at most. */
  per_second: number;
  by: { id: string; name: string };
  note: string | null;
  created_at: string;
  finished_at: string | null;
}
