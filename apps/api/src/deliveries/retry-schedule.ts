/** No receiver keeps a delivery open for longer by asking to wait. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;
/** Receivers that were down together are not all asked again at one moment. */
const JITTER = 0.1;

/** A delivery after an attempt that failed. */
export interface FailedDelivery {
  /** Attempts so far, this one included. */
  attempts: number;
  createdAt: number;
  /** What the receiver asked to wait (`Retry-After`); null where it did not. */
  retryAfterMs: number | null;
}

/**
 * When it is tried again; null where it is given up: after the last delay, and where the receiver asks to wait for
 * longer than a day from when the outcome was stored. Never earlier than the receiver asks.
 */
export function nextAttemptAt(
  { attempts, createdAt, retryAfterMs }: FailedDelivery,
  delaysMs: readonly number[],
  now: number,
  random: () => number = Math.random,
): number | null {
  const delayMs = delaysMs[attempts - 1];
  if (delayMs === undefined) return null;
  const planned = now + Math.round(delayMs * (1 + JITTER * (2 * random() - 1)));
  if (retryAfterMs === null) return planned;
  const asked = now + retryAfterMs;
  return asked > createdAt + LONGEST_WAIT_MS ? null : Math.max(planned, asked);
}
