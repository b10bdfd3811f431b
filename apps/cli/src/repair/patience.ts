import { ApiRefusal, ApiSilence } from './task-api.js';

/** How long an API that has gone silent (a restart) is given to come back. */
const SILENCE_LIMIT_MS = 120_000;
/** What the API says will pass is waited for this long: a full line empties as fast as photos are coloured, and a database comes back. */
const LATER_LIMIT_MS = 30 * 60_000;

/**
 * For how long the same is tried again that failed with this, in milliseconds since its first try; 0 where it helps nobody.
 * @param reading what harms nobody when it is done twice: any error of the server is outlasted.
 */
export function patienceMs(error: unknown, reading: boolean): number {
  if (error instanceof ApiSilence) return SILENCE_LIMIT_MS;
  if (!(error instanceof ApiRefusal)) return 0;
  if (error.status === 429 || error.status === 503) return LATER_LIMIT_MS;
  return reading && error.status >= 500 ? SILENCE_LIMIT_MS : 0;
}
