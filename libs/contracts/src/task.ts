import type { EngineRef } from './engine-ref.js';
import type { Failure } from './failure.js';
import type { ParameterValues } from './task-type.js';
import type { TaskProgress } from './task-event.js';

/**
 * `queued -> running -> succeeded | failed | cancelled`, `queued -> cancelled | expired`; a retry and a lost worker go
 * back to `queued`. A final state is left in one way: somebody asks for a task that did not succeed once more.
 */
export const TASK_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'expired'] as const;
/** One of `TASK_STATES`. */
export type TaskState = (typeof TASK_STATES)[number];

const FINAL_STATES: readonly TaskState[] = ['succeeded', 'failed', 'cancelled', 'expired'];

/** True when nothing happens to the task by itself any more. */
export function isFinalState(state: TaskState): boolean {
  return FINAL_STATES.includes(state);
}

/** The highest level that a caller may ask for; 0 is normal. */
export const MAX_LEVEL = 9;

/**
 * `broker_unreachable`: stored, and handed to the queue as soon as RabbitMQ is back. `retry_delay`: it waits before its
 * next attempt. `no_worker`: no worker that takes its type has been heard of lately. `gpu_memory`: every worker that
 * takes its type waits until there is memory left on its GPU. `paused`: an operator has stopped its type, or every worker
 * that takes it.
 */
export const DELAY_REASONS = [
  'broker_unreachable',
  'retry_delay',
  'no_worker',
  'gpu_memory',
  'paused',
] as const;
/** One of `DELAY_REASONS`. */
export type DelayReason = (typeof DELAY_REASONS)[number];

/**
 * Why a waiting task's place rose. `priority`: one of a higher level came. `fair_share`: one of somebody who has fewer
 * photos in line came. `returned`: one that was further came back to its place.
 */
export const PLACE_REASONS = ['priority', 'fair_share', 'returned'] as const;
/** One of `PLACE_REASONS`. */
export type PlaceReason = (typeof PLACE_REASONS)[number];

/** A picture of a task as the API shows it. `url` is a path on the API. */
export interface TaskPicture {
  url: string;
  media_type: string;
  width: number;
  height: number;
  bytes: number;
  sha256: string;
}

/** When a task will probably have ended: four of five do within the range. ISO 8601 in UTC. */
export interface TaskEstimate {
  from: string;
  to: string;
}

/** A value that was moved to the nearest one that the model accepts. */
export interface ParameterAdjustment {
  name: string;
  sent: number;
  used: number;
}

/**
 * A task as the HTTP API and the socket show it. Times are ISO 8601 in UTC.
 */
export interface TaskView {
  id: string;
  type: string;
  status: TaskState;
  /** Rises by one with every entry of the timeline, from 1; the newer of two views has the higher one. */
  seq: number;
  /** 0 (normal) to 9 (first). */
  priority: number;
  /** 1 = next in line among waiting tasks of the same type; null unless it stands in line. */
  queue_position: number | null;
  /** Why its place rose, the last time that it did; null where it never has. */
  moved_back_by: PlaceReason | null;
  /** Null where nothing is known to estimate by, and once it has ended. */
  estimate: TaskEstimate | null;
  /** Why it waits although a worker may be free; null where there is no such reason. */
  delayed_by: DelayReason | null;
  /**
   * How full the GPU is where `delayed_by` is `gpu_memory`, 0-100; of several the least full one's. Null for other reasons,
   * and where nobody can tell.
   */
  gpu_memory_used_percent: number | null;
  /** When its next attempt joins the line; null unless `delayed_by` is `retry_delay`. */
  retry_at: string | null;
  /** Null unless running. */
  progress: TaskProgress | null;
  /** Attempts started so far. */
  attempts: number;
  album_id: string | null;
  /** The caller's own name for it, as it was sent. */
  client_ref: string | null;
  filename: string;
  parameters: ParameterValues;
  /** What was changed of the parameters that were sent. */
  adjusted: ParameterAdjustment[];
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
  /** When everything of it will be erased. */
  expires_at: string;
  urls: TaskUrls;
}

/** Paths on the API. */
export interface TaskUrls {
  self: string;
  original: string;
  result: string;
  thumbnail: string;
  timeline: string;
  events: string;
  cancel: string;
  retry: string;
}
