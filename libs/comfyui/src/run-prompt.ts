import { TaskFailure } from '@app/contracts';
import { cancelPrompt, type CancelOutcome } from './cancel-prompt.js';
import type { ComfyClient } from './comfy-client.js';
import { downloadImages, type ImageLimits, type PromptImage } from './download-images.js';
import type { PromptLimits } from './prompt-deadlines.js';
import { failureFromHistory } from './prompt-errors.js';
import { PromptInbox } from './prompt-inbox.js';
import type { PromptProgress } from './prompt-progress.js';
import type { ComfyGraph, HistoryEntry } from './protocol.js';
import { PartlyAccepted, submitPrompt } from './submit-prompt.js';
import { LimitPassed, PromptWatch } from './watch-prompt.js';

/** A run's limits; passing a time limit cancels the prompt and gives `timed_out`. */
export interface RunPromptLimits extends PromptLimits, Partial<ImageLimits> {
  /** How long the engine may give no answer before the prompt is given up; 30 s by default. */
  unreachableMs?: number;
  /** How long a cancelled prompt is watched until it has ended; 15 s by default. */
  cancelMs?: number;
}

/** One run of one graph. */
export interface RunPromptRequest {
  graph: ComfyGraph;
  /** A lowercase UUID, new for every attempt. */
  promptId: string;
  /** The node whose images are the result. */
  outputNodeId: string;
  /** Aborting cancels the prompt in the engine before `runPrompt` rejects with the signal's reason. */
  signal?: AbortSignal;
  limits: RunPromptLimits;
  /** Called when the stage or the whole percent changes. One that throws ends the run: it cancels the prompt. */
  onProgress?: (progress: PromptProgress) => void;
  /** Called when the prompt had to be cancelled, with what the engine showed afterwards. */
  onCancel?: (outcome: CancelOutcome['state']) => void;
}

/** What a successful run gives. */
export interface PromptResult {
  /** At least one, in the node's order. */
  images: PromptImage[];
}

const PROMPT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const UNREACHABLE_MS = 30_000;
const IMAGE_LIMITS: ImageLimits = { maxImages: 16, maxImageBytes: 256 * 1024 * 1024 };

const AFTER_CANCEL: Record<CancelOutcome['state'], string> = {
  cancelled: 'it was cancelled',
  finished: 'it finished meanwhile',
  unknown_prompt: 'the engine no longer knows it',
  still_running: 'it was told to stop and has not stopped yet',
  unreachable: 'the engine could not be reached to cancel it',
};

/**
 * Runs one graph to its end and downloads the images of one node: listen, submit, watch, read the history,
 * download. The socket gives progress and the moment of the end; history and queue are the truth, so a socket
 * that is silent, deaf or cut costs only time. With a healthy socket a run of up to 15 s takes at most two calls
 * beside submit and download.
 *
 * Rejects with a `TaskFailure`:
 * - `workflow_invalid` the engine refuses the graph, or a part of it (the rest is cancelled then);
 * - `bad_image` it cannot read the picture; `out_of_memory`; both with the node;
 * - `engine_lost_prompt` accepted, then in neither queue nor history (a restart, somebody cleared the queue), or
 *   its result file is gone;
 * - `engine_unreachable` no answer for `unreachableMs`, or none to the submission; the prompt may then still run;
 * - `timed_out` a limit was passed; it was cancelled, and the message says with which outcome. A prompt that
 *   succeeds before the cancel takes effect is returned as if in time;
 * - `unknown` anything else, such as a node's own error, an interrupt by somebody else, or no image.
 *
 * With an aborted signal it rejects with the signal's reason, after the cancel was verified or given up
 * (`cancelMs`); a submission under way is awaited first (up to the client's `submitMs`), because only then is it
 * known what to cancel. It never retries a failed prompt: that is the failure policy's business.
 */
export async function runPrompt(client: ComfyClient, request: RunPromptRequest): Promise<PromptResult> {
  const { signal } = request;
  signal?.throwIfAborted();
  if (!PROMPT_ID.test(request.promptId)) throw new TypeError('A prompt id is a lowercase UUID');
  await openSocket(client, signal);
  const inbox = new PromptInbox(client, request.promptId);
  let entry: HistoryEntry;
  try {
    entry = await runInEngine(client, request, inbox);
  } finally {
    inbox.close();
  }
  const failure = failureFromHistory(entry);
  if (failure) throw failure;
  const limits = { ...IMAGE_LIMITS, ...request.limits };
  return { images: await downloadImages(client, entry, request.outputNodeId, limits, signal) };
}

/** Waits for the socket; without one the prompt is watched by polling alone. */
async function openSocket(client: ComfyClient, signal?: AbortSignal): Promise<void> {
  const done = new AbortController();
  const aborted = new Promise<void>((resolve) => {
    signal?.addEventListener('abort', () => resolve(), { signal: done.signal });
  });
  const opened = client.connect().catch((error: unknown) => {
    client.logger.debug({ err: error }, 'no engine socket; polling instead');
  });
  await Promise.race([opened, aborted]);
  done.abort();
  signal?.throwIfAborted();
}

async function runInEngine(
  client: ComfyClient,
  request: RunPromptRequest,
  inbox: PromptInbox,
): Promise<HistoryEntry> {
  const { graph, limits, signal, onProgress } = request;
  const unreachableMs = limits.unreachableMs ?? UNREACHABLE_MS;
  try {
    const accepted = await submitPrompt(client, graph, request.promptId, unreachableMs);
    inbox.promptId = accepted.promptId;
    const watch = new PromptWatch(client, inbox, accepted, {
      graph,
      limits,
      unreachableMs,
      signal,
      onProgress,
    });
    return await watch.finished();
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
  }
}
