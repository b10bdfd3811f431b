import { TaskFailure } from '@app/contracts';
import type { HttpCall } from '../comfy-http.js';
import { jsonOf } from '../http-answer.js';
import { failureFromRejection } from '../prompt-errors.js';
import type { PromptRequest, PromptResponse } from '../protocol.js';
import { promptResponseSchema } from '../response-schemas.js';
import type { EngineCaller } from './engine-caller.js';

/** POST /prompt; `ComfyClient.submit` says what it rejects with. */
export async function submitCall(
  caller: EngineCaller,
  body: PromptRequest,
  signal?: AbortSignal,
): Promise<PromptResponse> {
  const { submitMs: timeoutMs } = caller.timeouts;
  const call: HttpCall = { ...caller.post('/api/prompt', body, signal), timeoutMs };
  const answer = await caller.send(call);
  if (answer.status === 400) throw failureFromRejection(jsonOf(answer));
  if (answer.status === 413)
    throw new TaskFailure('workflow_invalid', 'The engine finds the graph too large');
  if (answer.status === 500) throw new TaskFailure('unknown', caller.unexpected(call, answer).message);
  return caller.bodyOf(call, answer, promptResponseSchema);
}
