import { setTimeout as delay } from 'node:timers/promises';
import { ApiRefusal, ApiSilence } from './api-errors.js';

/** How long an API that has gone silent (a restart, a new version) is given to come back. */
const SILENCE_LIMIT_MS = 120_000;
/** What the API says will pass is waited for this long: a full line empties as fast as photos are coloured, and a database comes back. */
const LATER_LIMIT_MS = 30 * 60_000;
const RETRY_MS = 2000;

/** How something is asked for again. */
export interface Patience {
  /** It harms nobody when it is done twice: any error of the server is outlasted. */
  harmless: boolean;
  /** It failed with this, and is tried again. */
  onWait: (error: ApiRefusal | ApiSilence) => void;
  signal?: AbortSignal;
}

/** Outlasts what may pass, as long as the API asks or else two seconds at a time. @throws what does not pass in time. */
export async function patiently<T>(
  { harmless, onWait, signal }: Patience,
  work: () => Promise<T>,
): Promise<T> {
  const startedAt = Date.now();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const limitMs = patienceMs(error, harmless);
      if (!isApiError(error) || Date.now() - startedAt >= limitMs) throw error;
      onWait(error);
      const retryAfterMs = error instanceof ApiRefusal ? error.retryAfterMs : undefined;
      await delay(retryAfterMs ?? RETRY_MS, undefined, { ...(signal && { signal }) });
    }
  }
}

/** For how long the same is tried again that failed with this, in milliseconds since its first try; 0 where it helps nobody. */
export function patienceMs(error: unknown, harmless: boolean): number {
  if (error instanceof ApiSilence) return SILENCE_LIMIT_MS;
  if (!(error instanceof ApiRefusal)) return 0;
  if (error.status === 429 || error.status === 503) return LATER_LIMIT_MS;
  return harmless && error.status >= 500 ? SILENCE_LIMIT_MS : 0;
}

function isApiError(error: unknown): error is ApiRefusal | ApiSilence {
  return error instanceof ApiRefusal || error instanceof ApiSilence;
}
