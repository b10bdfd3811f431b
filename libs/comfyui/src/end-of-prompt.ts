import { TaskFailure } from '@app/contracts';
import { cancelPrompt, type CancelOutcome } from './cancel-prompt.js';
import type { ComfyClient } from './comfy-client.js';
import type { PromptInbox } from './prompt-inbox.js';
import type { RunPromptRequest } from './prompt-request.js';
import type { HistoryEntry } from './protocol.js';
import { PartlyAccepted, type AcceptedPrompt } from './submit-prompt.js';
import { LimitPassed, PromptWatch } from './watch-prompt.js';

const UNREACHABLE_MS = 30_000;

const AFTER_CANCEL: Record<CancelOutcome['state'], string> = {
  cancelled: 'it was cancelled',
  finished: 'it finished meanwhile',
  unknown_prompt: 'the engine no longer knows it',
  still_running: 'it was told to stop and has not stopped yet',
  unreachable: 'the engine could not be reached to cancel it',
};

/**
 * Brings one prompt into the engine by `accept` (or finds it there), watches it to its end and closes the inbox.
 * Cancels it where a limit is passed or the signal aborts.
 *
 * @param accept is told how long the engine may be out of reach while it is asked.
 */
export async function endOfPrompt(
  client: ComfyClient,
  request: RunPromptRequest,
  inbox: PromptInbox,
  accept: (patienceMs: number) => Promise<AcceptedPrompt>,
): Promise<HistoryEntry> {
  const { graph, limits, signal, onProgress } = request;
  const unreachableMs = limits.unreachableMs ?? UNREACHABLE_MS;
  try {
    const accepted = await accept(unreachableMs);
    inbox.promptId = accepted.promptId;
    const watched = { graph, limits, unreachableMs, signal, onProgress };
    return await new PromptWatch(client, inbox, accepted, watched).finished();
  } catch (error) {
    if (error instanceof PartlyAccepted) inbox.promptId = error.promptId;
    // A TaskFailure says that the engine refused or lost the prompt, or cannot be reached: nothing to cancel.
    if (error instanceof TaskFailure && signal?.aborted !== true) throw error;
    const outcome = await cancelPrompt(client, inbox.promptId, limits.cancelMs);
    client.logger.info({ promptId: inbox.promptId, outcome: outcome.state }, 'prompt cancelled');
    request.onCancel?.(outcome.state);
    signal?.throwIfAborted();
    if (error instanceof PartlyAccepted) throw error.reason;
    if (!(error instanceof LimitPassed)) throw error;
    if (outcome.state === 'finished') return outcome.entry;
    throw new TaskFailure('timed_out', `${error.message}; ${AFTER_CANCEL[outcome.state]}`, { cause: error });
  } finally {
    inbox.close();
  }
}
