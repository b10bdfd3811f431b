import type { ComfyClient } from './comfy-client.js';
import type { HistoryEntry } from './protocol.js';

/** Where a prompt is. `absent`: in neither queue nor history, because it was lost, removed or never came. */
export type PromptStatus =
  { kind: 'pending' } | { kind: 'running' } | { kind: 'finished'; entry: HistoryEntry } | { kind: 'absent' };

/**
 * Asks the engine where a prompt is: the job if the server has that, else the queue, and the history last. Last,
 * because a prompt leaves the queue for the history, and the other order could miss it in both. One `absent`
 * proves nothing yet: two in a row do.
 */
export async function readPromptStatus(
  client: ComfyClient,
  promptId: string,
  signal?: AbortSignal,
): Promise<PromptStatus> {
  const lookup = await client.job(promptId, signal);
  if (lookup.kind === 'job' && lookup.job.status === 'pending') return { kind: 'pending' };
  if (lookup.kind === 'job' && lookup.job.status === 'in_progress') return { kind: 'running' };
  if (lookup.kind === 'unsupported') {
    const queue = await client.queue(signal);
    if (queue.queue_running.some(([, id]) => id === promptId)) return { kind: 'running' };
    if (queue.queue_pending.some(([, id]) => id === promptId)) return { kind: 'pending' };
  }
  const entry = await client.history(promptId, signal);
  return entry ? { kind: 'finished', entry } : { kind: 'absent' };
}
