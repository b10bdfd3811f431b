import { setTimeout as sleep } from 'node:timers/promises';
import { TaskFailure } from '@app/contracts';
import type { ComfyClient } from './comfy-client.js';
import { downloadResult } from './download-result.js';
import { endOfPrompt } from './end-of-prompt.js';
import { failureFromHistory, wasInterrupted } from './prompt-errors.js';
import { PromptInbox } from './prompt-inbox.js';
import { checkRequest, type PromptResult, type ResumePromptRequest } from './prompt-request.js';
import { readPromptStatus, type PromptStatus } from './prompt-status.js';
import type { HistoryEntry } from './protocol.js';

/**
 * Takes up a prompt that was submitted before, by this process or by one that is gone, under the id that was kept
 * somewhere since. Submits nothing. Call it before the same work is submitted under a new id.
 *
 * - The engine has finished it: its images, downloaded.
 * - It waits or runs there: watched to its end by polling (its frames go to whoever submitted it), within `limits`
 *   counted from now. It ends as `runPrompt` ends, cancelled at a limit or abort, with the same failures.
 * - Undefined where there is nothing to take up: the engine does not know it (a look that is repeated after a second,
 *   as one proves nothing), does not answer, or says that it failed or was interrupted, or its images are gone.
 *   Then submit it anew.
 */
export async function resumePrompt(
  client: ComfyClient,
  request: ResumePromptRequest,
): Promise<PromptResult | undefined> {
  const { promptId, signal } = request;
  checkRequest(request);
  const status = await look(client, promptId, signal);
  client.logger.info({ promptId, found: status.kind }, 'looked for a prompt of an earlier run');
  if (status.kind === 'absent') return undefined;
  if (status.kind === 'finished') {
    request.onLeft?.();
    return adopt(client, request, status.entry);
  }
  const inbox = new PromptInbox(client, promptId);
  // No socket of ours hears of it.
  const found = { promptId, clientId: '', submittedAtMs: performance.now() };
  const watched = { ...request, graph: {} };
  const entry = await endOfPrompt(client, watched, inbox, () => Promise.resolve(found));
  // It had been told to stop, by the run that left it, and only now came to it.
  if (wasInterrupted(entry)) return undefined;
  const failure = failureFromHistory(entry);
  if (failure) throw failure;
  return downloadResult(client, request, entry);
}

async function look(client: ComfyClient, promptId: string, signal?: AbortSignal): Promise<PromptStatus> {
  try {
    const first = await readPromptStatus(client, promptId, signal);
    if (first.kind !== 'absent') return first;
    await sleep(client.pace.lookAgainMs, undefined, { ...(signal && { signal }) });
    return await readPromptStatus(client, promptId, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof TaskFailure)) throw error;
    client.logger.warn({ promptId, err: error }, 'the engine of an earlier run does not answer');
    return { kind: 'absent' };
  }
}

/** A result that cannot be had any more is no reason to fail: the work can be done again. */
async function adopt(
  client: ComfyClient,
  request: ResumePromptRequest,
  entry: HistoryEntry,
): Promise<PromptResult | undefined> {
  if (failureFromHistory(entry)) return undefined;
  try {
    return await downloadResult(client, request, entry);
  } catch (error) {
    if (!(error instanceof TaskFailure)) throw error;
    client.logger.warn({ promptId: request.promptId, err: error }, 'the result of an earlier run is gone');
    return undefined;
  }
}
