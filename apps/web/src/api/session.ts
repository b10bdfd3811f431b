import type { SessionView } from '@app/contracts';
import { callApi } from './call-api.js';
import { News } from './news.js';

/** Told when this device has become somebody: whatever is open already was opened by nobody. */
export const newVisitor = new News<void>();

let session: Promise<void> | null = null;

/**
 * Makes this device known to the API by a cookie, once for the page; to be awaited before the first write. A photo that is
 * sent again because its answer got lost becomes the same task only if it comes from whom it came from before.
 *
 * @throws ApiProblem; the next call tries again.
 */
export function beginSession(): Promise<void> {
  session ??= begin().catch((error: unknown) => {
    session = null;
    throw error;
  });
  return session;
}

async function begin(): Promise<void> {
  if ((await callApi<SessionView>('/v1/session')).kind !== 'none') return;
  await callApi<SessionView>('/v1/session', { method: 'POST' });
  newVisitor.tell();
}
