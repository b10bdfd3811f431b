import { setTimeout as sleep } from 'node:timers/promises';
import { AUTHORIZATION } from './operator-key.js';

const REQUEST_LIMIT_MS = 10_000;
const PAUSE_MS = 100;

/** Asks to cancel a task until the API has an answer: true where it is cancelled, false where it had ended otherwise. */
export function cancelTask(apiUrl: string, taskId: string): Promise<boolean> {
  return command('POST', `${apiUrl}/v1/tasks/${taskId}/cancel`, { 200: true, 409: false });
}

/**
 * Asks for a task once more until the API has an answer: true where it is in line by this request, false where it had
 * not ended without success. It may be in line by an earlier request, then, of which no answer came.
 */
export function retryTask(apiUrl: string, taskId: string): Promise<boolean> {
  return command('POST', `${apiUrl}/v1/tasks/${taskId}/retry`, { 200: true, 409: false });
}

/** Asks to erase a task until the API says that it is gone. */
export async function eraseTask(apiUrl: string, taskId: string): Promise<void> {
  await command('DELETE', `${apiUrl}/v1/tasks/${taskId}`, { 204: true, 404: true });
}

async function command(
  method: string,
  url: string,
  meanings: Readonly<Record<number, boolean>>,
): Promise<boolean> {
  for (;;) {
    const status = await ask(method, url);
    const meaning = status === undefined ? undefined : meanings[status];
    if (meaning !== undefined) return meaning;
    if (status !== undefined && status < 500)
      throw new Error(`${method} ${url} was answered with ${status}.`);
    await sleep(PAUSE_MS);
  }
}

/** The status of the answer; undefined where none came. */
async function ask(method: string, url: string): Promise<number | undefined> {
  try {
    const signal = AbortSignal.timeout(REQUEST_LIMIT_MS);
    const answer = await fetch(url, { method, headers: AUTHORIZATION, signal });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return undefined;
  }
}
