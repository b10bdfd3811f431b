import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_PAUSE_MS = 200;
/** What waits for a server that is back shall not wait much longer. */
const LONGEST_PAUSE_MS = 5_000;

/** How long to wait after the n-th failure in a row (1 is the first): 200 ms, doubled each time, at most 5 s. */
export function pauseAfterMs(failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 30), LONGEST_PAUSE_MS);
}

/** Resolves after the time, or as soon as `signal` is aborted. */
export async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/**
 * Does it until it succeeds, with a growing pause after each failure that `isPassing` calls one that may pass; another one
 * is thrown. Resolves to undefined once `signal` is aborted between two tries; a try that runs is waited for.
 */
export async function untilDone<T>(
  action: () => Promise<T>,
  options: {
    signal: AbortSignal;
    isPassing: (error: unknown) => boolean;
    onFailure: (error: unknown, failures: number) => void;
  },
): Promise<{ value: T } | undefined> {
  const { signal, isPassing, onFailure } = options;
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      return { value: await action() };
    } catch (error) {
      if (!isPassing(error)) throw error;
      onFailure(error, failures);
      await rest(pauseAfterMs(failures), signal);
    }
  }
  return undefined;
}
