import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_MS = 200;
/** What waits for a broker that is back shall not wait much longer; a try while it is away costs next to nothing. */
const LONGEST_MS = 3_000;

/** How long to wait before the n-th new try (0 is the first): 200 ms, doubled each time, at most 3 s (or `longestMs`). */
export function backOffMs(failures: number, longestMs = LONGEST_MS): number {
  return Math.min(FIRST_MS * 2 ** Math.min(failures, 30), longestMs);
}

/**
 * Does it until it succeeds, with a growing pause after each failure. Resolves to true then, or to false once
 * `signal` is aborted; what `action` is doing at that moment is waited for, not interrupted.
 */
export async function untilDone(
  action: () => Promise<unknown>,
  options: {
    signal: AbortSignal;
    onFailure: (error: unknown, failures: number) => void;
    /** Of the pauses; 3 s by default. */
    longestMs?: number;
  },
): Promise<boolean> {
  for (let failures = 0; !options.signal.aborted; failures++) {
    try {
      await action();
      return true;
    } catch (error) {
      options.onFailure(error, failures + 1);
      await sleep(backOffMs(failures, options.longestMs), undefined, { signal: options.signal }).catch(
        () => undefined,
      );
    }
  }
  return false;
}
