import { setTimeout as sleep } from 'node:timers/promises';

const REQUEST_LIMIT_MS = 10_000;
const PAUSE_MS = 100;

/**
 * Posts JSON until it is answered with success; what was done by a request whose answer got lost is done once more.
 * @throws Error for an answer that says that it never will be.
 */
export async function postUntilDone<T>(
  url: string,
  headers: Record<string, string>,
  body: object,
): Promise<T> {
  for (;;) {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
    }).catch(() => undefined);
    if (answer?.ok) return (await answer.json()) as T;
    if (answer && answer.status < 500) throw new Error(`POST ${url} was answered with ${answer.status}.`);
    await sleep(PAUSE_MS);
  }
}
