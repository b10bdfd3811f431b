import type { Failure, FailureCode } from '@app/contracts';

/** Waits before the second and the third attempt; later ones wait as long as the last. */
export const RETRY_DELAYS_MS = [5_000, 30_000] as const;

/** What happens to a task after a failed attempt. */
export type Decision = { kind: 'retry'; delayMs: number } | { kind: 'give_up' };

/** For a task that found no engine: an engine that is away, for however long, ends no task. */
export const ANOTHER_ROUND: Decision = { kind: 'retry', delayMs: RETRY_DELAYS_MS.at(-1)! };

/** What no repetition can mend: the photo or the workflow is at fault or gone, and stays so. */
const HOPELESS: readonly FailureCode[] = [
  'bad_image',
  'photo_missing',
  'workflow_invalid',
  'malformed_message',
];

/**
 * Decides, purely. `attempt` counts from 1 and is the one that has just failed; `retryAttempts` is how many more a
 * task may have after its first.
 */
export function decide(failure: Failure, attempt: number, retryAttempts: number): Decision {
  if (HOPELESS.includes(failure.code) || attempt > retryAttempts) return { kind: 'give_up' };
  const delayMs = RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length) - 1]!;
  // Memory is freed by then, or another task that took it has ended: the longest wait at once.
  return { kind: 'retry', delayMs: failure.code === 'out_of_memory' ? RETRY_DELAYS_MS.at(-1)! : delayMs };
}
