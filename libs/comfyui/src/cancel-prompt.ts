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

const LOOK_EVERY_MS = 250;

/** An interrupt can be wiped out by the start of the prompt it was for (ComfyUI v0.27.1), so it is repeated. */
const TELL_EVERY_MS = 2_000;

/**
 * Cancels one prompt and looks until that is so: by the cancel route where the server has it (v0.26.0), else out
 * of the queue, else by an interrupt that names it. ComfyUI interrupts between nodes and at progress steps, so a
 * node without steps (DDColor is one) runs to its end first. Other prompts are not touched, except on servers
 * before v0.3.57, where an interrupt cannot be aimed and a prompt that starts in that moment may be hit.
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
      } else if (told.kind !== status.kind || performance.now() - told.atMs >= TELL_EVERY_MS) {
        await tell(client, promptId, status.kind);
        told = { kind: status.kind, atMs: performance.now() };
      }
    } catch (error) {
      if (!(error instanceof TaskFailure)) throw error;
      client.logger.debug({ promptId, err: error }, 'the engine did not answer while a prompt was cancelled');
      if (performance.now() >= deadline) return { state: 'unreachable' };
    }
    if (performance.now() >= deadline) return { state: 'still_running' };
    await sleep(LOOK_EVERY_MS);
  }
}

async function tell(client: ComfyClient, promptId: string, kind: 'pending' | 'running'): Promise<void> {
  if ((await client.cancelJob(promptId)) !== 'unsupported') return;
  await (kind === 'pending' ? client.deleteQueued([promptId]) : client.interrupt(promptId));
}
