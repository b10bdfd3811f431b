import type { Failure, TaskMessage } from '@app/contracts';

/** The Nest message pattern of the one task handler: `@MessagePattern(TASK_PATTERN)`. */
export const TASK_PATTERN = 'photo-repair.task';

/** What the task handler is given (`@Payload()`). */
export interface TaskDelivery {
  message: TaskMessage;
  /** 1 for the first attempt. */
  attempt: number;
  /** Times a worker died while it held this task; above 0 the task may be what killed it. */
  crashCount: number;
  /**
   * Aborted when the process has to stop and the task is still running after the grace period. The task goes back to
   * its queue unless the handler still resolves to a settlement within a moment.
   */
  signal: AbortSignal;
}

/**
 * How an attempt ended, which is all a handler decides; acknowledging and publishing again is the server's.
 * - `done`: nothing more to do (also for a task that turned out to be cancelled).
 * - `retry`: again after the next retry level that is at least `delayMs`; the attempt count goes up by one. How many
 *   attempts there are is the handler's policy.
 * - `park`: never again; kept for operators with the reason.
 */
export type Settlement =
  | { kind: 'done' }
  | { kind: 'retry'; delayMs: number; failure: Failure }
  | { kind: 'park'; failure: Failure };
