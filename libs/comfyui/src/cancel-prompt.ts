import { setTimeout as sleep } from 'node:timers/promises';
import { TaskFailure } from '@app/contracts';
import type { ComfyClient } from './comfy-client.js';
import { wasInterrupted } from './prompt-errors.js';
import { readPromptStatus } from './prompt-status.js';
import type { HistoryEntry } from './protocol.js';

/**
 * What became of a cancelled prompt, as the engine showed it afterwards:
 * `cancelled` it was interrupted, or taken out of the queue; `finished` it was over before (successfully or not);
 * `unknown_prompt` the engine does not know it; `still_running` it was told to stop and had not when time was up;
 * `unreachable` the engine could not be asked, so nothing is known.
 */
export type CancelOutcome =
  | { state: 'cancelled' | 'unknown_prompt' | 'still_running' | 'unreachable' }
  | { state: 'finished'; entry: HistoryEntry };

/**
 * Cancels one prompt and looks until that is so: by the cancel route where the server has it (v0.26.0), else out
 * of the queue, else by an interrupt that names it. ComfyUI interrupts between nodes and at progress steps, so a
 * node without steps (DDColor is one) runs to its end first. It is told again from time to time, because the start of
 * a prompt can wipe out an interrupt for it (v0.27.1).
 *
 * Other prompts are not touched. Before v0.3.57 an interrupt hits whatever runs: there it is only sent right after the
 * queue showed that this prompt runs and no other; else the prompt is left `still_running`.
 *
 * @param limitMs how long to look at most. Never rejects for what the engine does or does not answer.
 */
export async function cancelPrompt(
  client: ComfyClient,
  promptId: string,
  limitMs = 15_000,
): Promise<CancelOutcome> {
  const deadline = performance.now() + limitMs;
  let told = { kind: 'nothing', atMs: 0 };
  let absences = 0;
  for (;;) {
    try {
      const status = await readPromptStatus(client, promptId);
      if (status.kind === 'finished') {
        return wasInterrupted(status.entry)
          ? { state: 'cancelled' }
          : { state: 'finished', entry: status.entry };
      }
      if (status.kind === 'absent') {
        if (told.kind !== 'nothing') return { state: 'cancelled' };
        absences += 1;
        if (absences === 2) return { state: 'unknown_prompt' };
      } else if (told.kind !== status.kind || performance.now() - told.atMs >= client.pace.cancelTellMs) {
        await tell(client, promptId, status.kind);
        told = { kind: status.kind, atMs: performance.now() };
      }
    } catch (error) {
      if (!(error instanceof TaskFailure)) throw error;
      client.logger.debug({ promptId, err: error }, 'the engine did not answer while a prompt was cancelled');
      if (performance.now() >= deadline) return { state: 'unreachable' };
    }
    if (performance.now() >= deadline) return { state: 'still_running' };
    await sleep(client.pace.cancelLookMs);
  }
}

async function tell(client: ComfyClient, promptId: string, kind: 'pending' | 'running'): Promise<void> {
  if ((await client.cancelJob(promptId)) !== 'unsupported') return;
  if (kind === 'pending') await client.deleteQueued([promptId]);
  else if (await interruptHits(client, promptId)) await client.interrupt(promptId);
}

/** Whether an interrupt hits this prompt and no other. Servers that have jobs (v0.6.0) take one that names its prompt. */
async function interruptHits(client: ComfyClient, promptId: string): Promise<boolean> {
  if ((await client.job(promptId)).kind !== 'unsupported') return true;
  const { queue_running: running } = await client.queue();
  return running.length > 0 && running.every(([, id]) => id === promptId);
}
