import { setTimeout as sleep } from 'node:timers/promises';

const REQUEST_LIMIT_MS = 10_000;
const PAUSE_MS = 100;

/** Asks to cancel a task until the API has an answer: true where it is cancelled, false where it had ended otherwise. */
export async function cancelTask(apiUrl: string, taskId: string): Promise<boolean> {
  for (;;) {
    const status = await ask(`${apiUrl}/v1/tasks/${taskId}/cancel`);
    if (status === 200) return true;
    if (status === 409) return false;
    if (status !== undefined && status < 500) throw new Error(`Cancelling was answered with ${status}.`);
    await sleep(PAUSE_MS);
  }
}

/** The status of the answer; undefined where none came. */
async function ask(url: string): Promise<number | undefined> {
  try {
    const answer = await fetch(url, { method: 'POST', signal: AbortSignal.timeout(REQUEST_LIMIT_MS) });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return undefined;
  }
}
