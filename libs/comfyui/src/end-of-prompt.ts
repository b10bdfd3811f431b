import { TaskFailure } from '@app/contracts';
import { cancelPrompt, type CancelOutcome } from './cancel-prompt.js';
import type { ComfyClient } from './comfy-client.js';
import type { PromptInbox } from './prompt-inbox.js';
import type { RunPromptRequest } from './prompt-request.js';
import type { HistoryEntry } from './protocol.js';
import { PartlyAccepted, type AcceptedPrompt } from './submit-prompt.js';
import { LimitPassed, PromptGone, PromptWatch } from './watch-prompt.js';

const UNREACHABLE_MS = 30_000;

const AFTER_CANCEL: Record<CancelOutcome['state'], string> = {
  cancelled: 'it was cancelled',
  finished: 'it finished meanwhile',
  unknown_prompt: 'the engine no longer knows it',
  still_running: 'it was told to stop and has not stopped yet',
  unreachable: 'the engine could not be reached to cancel it',
};

/** After these the engine is done with the prompt. */
const LEFT: readonly CancelOutcome['state'][] = ['cancelled', 'finished', 'unknown_prompt'];

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
  const entry = await acceptedAndWatched(client, request, inbox, accept);
  request.onLeft?.();
  return entry;
}

async function acceptedAndWatched(
  client: ComfyClient,
  request: RunPromptRequest,
  inbox: PromptInbox,
  accept: (patienceMs: number) => Promise<AcceptedPrompt>,
): Promise<HistoryEntry> {
  const { graph, limits, signal, onProgress, turn } = request;
  const unreachableMs = limits.unreachableMs ?? UNREACHABLE_MS;
  try {
    const accepted = await accept(unreachableMs);
    inbox.promptId = accepted.promptId;
    const watched = { graph, limits, unreachableMs, turn, signal, onProgress };
    return await new PromptWatch(client, inbox, accepted, watched).finished();
  } catch (error) {
    if (error instanceof PartlyAccepted) inbox.promptId = error.promptId;
    if (error instanceof PromptGone && signal?.aborted !== true) {
      request.onLeft?.();
      throw error.reason;
    }
    // A TaskFailure says that the engine refused the prompt, or cannot be reached: nothing to cancel.
    if (error instanceof TaskFailure && signal?.aborted !== true) throw error;
    const { outcome, entry } = await cancelled(client, request, inbox.promptId);
    const isAdopted = error instanceof LimitPassed && signal?.aborted !== true && entry !== null;
    if (isAdopted) return entry;
    if (LEFT.includes(outcome)) request.onLeft?.();
    signal?.throwIfAborted();
    if (error instanceof PartlyAccepted) throw error.reason;
    if (!(error instanceof LimitPassed)) throw error;
    throw new TaskFailure('timed_out', `${error.message}; ${AFTER_CANCEL[outcome]}`, { cause: error });
  } finally {
    inbox.close();
  }
}

async function cancelled(
  client: ComfyClient,
  { limits, onCancel }: RunPromptRequest,
  promptId: string,
): Promise<{ outcome: CancelOutcome['state']; entry: HistoryEntry | null }> {
  const outcome = await cancelPrompt(client, promptId, limits.cancelMs);
  client.logger.info({ promptId, outcome: outcome.state }, 'prompt cancelled');
  onCancel?.(outcome.state);
  return { outcome: outcome.state, entry: outcome.state === 'finished' ? outcome.entry : null };
}
