import type { ComfyClient } from './comfy-client.js';
import { downloadResult } from './download-result.js';
import { endOfPrompt } from './end-of-prompt.js';
import { failureFromHistory } from './prompt-errors.js';
import { PromptInbox } from './prompt-inbox.js';
import { checkRequest, type PromptResult, type RunPromptRequest } from './prompt-request.js';
import { submitPrompt } from './submit-prompt.js';

/**
 * Runs one graph to its end and downloads the images of one node: listen, submit, watch, read the history,
 * download. The socket gives progress and the moment of the end; history and queue are the truth, so a socket
 * that is silent, deaf or cut costs only time. With a healthy socket a run of up to ten minutes takes at most two
 * calls beside upload, submit and download (`ComfyPace`).
 *
 * Rejects with a `TaskFailure`:
 * - `engine_unreachable` the engine certainly does not have the prompt: it took no connection, or refused it unread;
 * - `workflow_invalid` the engine refuses the graph, or a part of it (the rest is cancelled then);
 * - `bad_image` it cannot read the picture; `out_of_memory`; both with the node;
 * - `upstream_garbage` what answers is no ComfyUI, for `unreachableMs` where it was one when it got the prompt, which
 *   then may still run;
 * - `engine_lost_prompt` it had the prompt, or may have had it, and then it is in neither queue nor history (a restart,
 *   somebody cleared the queue), its result file is gone, or there is no answer for `unreachableMs`; then the prompt
 *   may still run. What the prompt did may be what ended the engine;
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
  checkRequest(request);
  await openSocket(client, signal);
  const inbox = new PromptInbox(client, request.promptId);
  const entry = await endOfPrompt(client, request, inbox, (patienceMs) =>
    submitPrompt(client, request.graph, request.promptId, patienceMs),
  );
  const failure = failureFromHistory(entry);
  if (failure) throw failure;
  return downloadResult(client, request, entry);
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
