import type { ArtifactRef, EngineRef, Failure, TaskLedger, TaskMessage } from '@app/contracts';

/** The Nest message pattern of the one task handler: `@MessagePattern(TASK_PATTERN)`. */
export const TASK_PATTERN = 'photo-repair.task';

/** What the task handler is given (`@Payload()`). */
export interface TaskDelivery {
  message: TaskMessage;
  /** 1 for the first attempt. */
  attempt: number;
  /** 1 for the first run; rises also where the attempt stays the same (a worker died, no engine answered). */
  run: number;
  /** Times a process died while it ran this task; above 0 the task may be what killed it. */
  crashCount: number;
  /** The prompt that an earlier run left behind; its result may be in that engine by now. */
  earlierPrompt: TaskLedger['prompt'];
  /**
   * Writes the prompt of this run into the task's ledger; resolves once it is durable. Call it before submitting.
   * Rejects where the broker has taken the message back meanwhile: somebody else will run the task.
   */
  rememberPrompt: (prompt: NonNullable<TaskLedger['prompt']>) => Promise<void>;
  /**
   * Aborted when the task was cancelled (its reason is a `TaskCancelled`), or when the process has to stop and the
   * task still runs after the grace period: then it goes back to its queue unless the handler still resolves to a
   * settlement within a moment.
   */
  signal: AbortSignal;
}

/**
 * How a run ended, which is all a handler decides; telling it, publishing again and acknowledging are the server's.
 * - `succeeded`: the result is stored.
 * - `retry`: again after the next retry level that is at least `delayMs`. It is the next attempt where `counted`, else
 *   the same one again. How many attempts there are is the handler's policy.
 * - `park`: never again; kept for operators with the reason.
 * - `done`: nothing to tell and nothing more to do.
 *
 * `gpu` is told with the event, see `TaskEvent`.
 *
 * A handler that throws after its signal was aborted has decided nothing, and need not: the server knows why.
 */
export type Settlement =
  | ({ kind: 'succeeded'; result: ArtifactRef; engine: EngineRef } & Device)
  | ({ kind: 'retry'; delayMs: number; counted: boolean; failure: Failure } & Device)
  | ({ kind: 'park'; failure: Failure } & Device)
  | { kind: 'done' };

interface Device {
  gpu?: string | null | undefined;
}
