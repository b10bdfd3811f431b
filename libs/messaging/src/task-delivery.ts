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
   * Aborted when the task was cancelled (its reason is a `TaskCancelled`), when it was taken ahead and is withdrawn (a
   * `TaskWithdrawn`), or when the process has to stop and the task still runs after the grace period: then it goes back
   * to its queue unless the handler still resolves to a settlement within a moment.
   */
  signal: AbortSignal;
  /**
   * True while its turn has not come: it was taken while all places were in use, to be prepared. It may be withdrawn
   * then, and goes back to its place in its queue, without an event, once the handler has ended. Nothing may be told of
   * it to the outside.
   */
  readonly isAhead: boolean;
  /**
   * Its turn has come: from now on it takes a place and is not withdrawn any more. Call it before anything is told of
   * the task. It does nothing where the task is not ahead. Throws the signal's reason where that is aborted already.
   */
  begin: () => void;
  /**
   * The engine is done with the task, and its place is free for the next one while the rest is done. As many tasks may
   * be in that state as there are places (`TaskRoom.running`); what is beyond takes a place again. It does nothing the
   * second time, nor where the task is ahead.
   */
  leave: () => void;
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
