import type { Failure, FailureCode } from '@app/contracts';

/** What happens to a task after a failed run. */
export type Decision = { kind: 'retry'; delayMs: number; counted: boolean } | { kind: 'give_up' };

/** The operator's part of the policy. */
export interface RetrySettings {
  /** Attempts after the first one. */
  retryAttempts: number;
  /** Waits before the second, the third, … attempt, growing; later ones wait as long as the last. */
  retryDelaysMs: readonly number[];
}

type Rule =
  /** The photo, the workflow or the message is at fault or gone, and stays so. */
  | 'never'
  /** Whatever is wrong, it is not the photo: tried again for as long as it lasts, and no attempt is used up. */
  | 'for_ever'
  /** An attempt of its own each time, with growing waits. */
  | 'counted'
  /** One attempt more, by another engine where there is one: what two engines make of a photo, a third will too. */
  | 'once'
  /** The same, but with the longest wait at once: what took the memory must have ended by then. */
  | 'counted_late';

/** Complete by its type: a new failure code does not compile until somebody has decided about it. */
const RULES: Record<FailureCode, Rule> = {
  bad_image: 'never',
  photo_missing: 'never',
  workflow_invalid: 'never',
  malformed_message: 'never',
  // No engine has had anything of the photo; one that went away with it is `engine_lost_prompt`.
  engine_unreachable: 'for_ever',
  // The ledger of this run could be written, so it passes, or it is a full disk, which every photo meets alike.
  storage_unavailable: 'for_ever',
  engine_lost_prompt: 'counted',
  upstream_garbage: 'counted',
  bad_output: 'once',
  timed_out: 'counted',
  worker_crashed: 'counted',
  unknown: 'counted',
  out_of_memory: 'counted_late',
};

/** Decides, purely. `attempt` counts from 1 and is the one that has just failed. */
export function decide(failure: Failure, attempt: number, settings: RetrySettings): Decision {
  const { retryAttempts, retryDelaysMs } = settings;
  const longestMs = retryDelaysMs.at(-1)!;
  const rule = RULES[failure.code];
  if (rule === 'for_ever') return { kind: 'retry', delayMs: longestMs, counted: false };
  if (rule === 'never' || attempt > (rule === 'once' ? Math.min(1, retryAttempts) : retryAttempts)) {
    return { kind: 'give_up' };
  }
  const delayMs = rule === 'counted_late' ? longestMs : (retryDelaysMs[attempt - 1] ?? longestMs);
  return { kind: 'retry', delayMs, counted: true };
}
