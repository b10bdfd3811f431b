import type { EngineRef } from './engine-ref.js';
import type { Failure } from './failure.js';
import type { ParameterValues } from './task-type.js';
import type { TaskProgress } from './task-event.js';

/**
 * `queued -> running -> succeeded | failed | cancelled`, `queued -> cancelled | expired`; a retry and a lost worker go
 * back to `queued`. A final state is never left, but for one way: an operator may put a `failed` task back in line.
 */
export const TASK_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'expired'] as const;
/** One of `TASK_STATES`. */
export type TaskState = (typeof TASK_STATES)[number];

const FINAL_STATES: readonly TaskState[] = ['succeeded', 'failed', 'cancelled', 'expired'];

/** True when nothing can change the task's state any more. */
export function isFinalState(state: TaskState): boolean {
  return FINAL_STATES.includes(state);
}

/** `broker_unreachable`: stored, and handed to the queue as soon as RabbitMQ is back. */
export const DELAY_REASONS = ['broker_unreachable'] as const;
/** One of `DELAY_REASONS`. */
export type DelayReason = (typeof DELAY_REASONS)[number];

/** A picture of a task as the API shows it. `url` is a path on the API. */
export interface TaskPicture {
  url: string;
  media_type: string;
  width: number;
  height: number;
  bytes: number;
  sha256: string;
}

/**
 * A task as the HTTP API and the socket show it. Times are ISO 8601 in UTC.
 */
export interface TaskView {
  id: string;
  type: string;
  status: TaskState;
  /** 1 = next in line among waiting tasks of the same type; null unless queued. */
  queue_position: number | null;
  /** Why it waits although a worker may be free; null where there is no such reason. */
  delayed_by: DelayReason | null;
  /** Null unless running. */
  progress: TaskProgress | null;
  /** Attempts started so far. */
  attempts: number;
  filename: string;
  parameters: ParameterValues;
  input: TaskPicture;
  /** Null until succeeded. */
  output: TaskPicture | null;
  /** Who coloured it; null until succeeded. */
  engine: EngineRef | null;
  /** Null unless failed, or queued again after a failed attempt. */
  error: Failure | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  urls: { self: string; original: string; result: string };
}
