import type { TaskState } from './task.js';

/**
 * The steps of a task. `dispatched`: handed to RabbitMQ. `retried`: its owner asked for it once more; `redriven`: an
 * operator did, from the parking queue. `imported`: an operator brought it here from another installation, where it had
 * ended; what stands before it happened there. The others are what workers tell (`TaskEvent`).
 */
export const TASK_STEPS = [
  'submitted',
  'dispatched',
  'started',
  'requeued',
  'retrying',
  'succeeded',
  'failed',
  'expired',
  'cancelled',
  'redriven',
  'retried',
  'imported',
] as const;
/** One of `TASK_STEPS`. */
export type TaskStep = (typeof TASK_STEPS)[number];

/** One step in the life of a task, as its owner may read it. */
export interface TimelineEntry {
  task_id: string;
  /** From 1, without gaps, in each task. */
  seq: number;
  /** From 1, without gaps, in each album; null for a task without an album. */
  album_seq: number | null;
  step: TaskStep;
  /** The state that the task was in after it. */
  status: TaskState;
  /** ISO 8601, UTC, by the clock of whoever did it. */
  at: string;
  attempt: number;
  /** Which process did it: a worker's name, or `api`. */
  by: string;
  /** The device that it ran on, where it is known. */
  gpu: string | null;
  /** A stable code: a failure code, or why it was put back in line. */
  reason: string | null;
}
