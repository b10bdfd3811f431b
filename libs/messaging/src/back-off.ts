import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_MS = 200;
/** What waits for a broker that is back shall not wait much longer; a try while it is away costs next to nothing. */
const LONGEST_MS = 3_000;

/** How long to wait before the n-th new try (0 is the first): 200 ms, doubled each time, at most 3 s (or `longestMs`). */
export function backOffMs(failures: number, longestMs = LONGEST_MS): number {
  return Math.min(FIRST_MS * 2 ** Math.min(failures, 30), longestMs);
}

/** Resolves after the time, or as soon as `signal` is aborted; never rejects. */
export async function rest(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { ...(signal && { signal }) }).catch(() => undefined);
}

/** How something is done until it is done. */
export interface UntilDoneOptions {
  signal: AbortSignal;
  /** Called after each failure that may pass, with how many there were in a row. */
  onFailure: (error: unknown, failures: number) => void;
  /** Whether a failure may pass; one that does not is thrown. Without it all do. */
  isPassing?: (error: unknown) => boolean;
  /** Of the pauses; 3 s by default. */
  longestMs?: number;
}

/**
 * Does it until it succeeds, with a growing pause after each failure. Resolves to undefined once `signal` is aborted; what
 * `action` is doing at that moment is waited for, not interrupted.
 */
export async function untilDone<T>(
  action: () => Promise<T>,
  { signal, onFailure, isPassing = () => true, longestMs }: UntilDoneOptions,
): Promise<{ value: T } | undefined> {
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      return { value: await action() };
    } catch (error) {
      if (!isPassing(error)) throw error;
      onFailure(error, failures);
      await rest(backOffMs(failures - 1, longestMs), signal);
    }
  }
  return undefined;
}
