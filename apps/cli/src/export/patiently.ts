import { setTimeout as pause } from 'node:timers/promises';
import { AdminRefusal } from '../admin/admin-api.js';

/** An API that was stopped for a new version is back by then. */
const SILENCE_LIMIT_MS = 120_000;
const RETRY_MS = 2000;

/**
 * Does it once more while the API is away, or asks to wait: thousands of photos are more than it takes in a minute.
 * @throws AdminRefusal for any other refusal, and where it is away for two minutes.
 */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  let silentSince: number | undefined;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AdminRefusal)) throw error;
      const { status, retryAfterMs } = error;
      const isAway = status === null || status >= 500;
      if (!isAway && status !== 429) throw error;
      if (isAway) {
        silentSince ??= Date.now();
        if (Date.now() - silentSince > SILENCE_LIMIT_MS) throw error;
      } else silentSince = undefined;
      await pause(retryAfterMs ?? RETRY_MS);
    }
  }
}
