import { TaskFailure } from '@app/contracts';
import { jsonOf } from '../http-answer.js';
import type {
  HistoryEntry,
  HistoryRequest,
  InterruptRequest,
  Job,
  QueueRequest,
  QueueResponse,
} from '../protocol.js';
import { historyResponseSchema, jobSchema, queueResponseSchema } from '../response-schemas.js';
import type { EngineCaller } from './engine-caller.js';

/** `unknown`: the server has no such prompt; `unsupported`: it has no such route. */
export type JobLookup = { kind: 'job'; job: Job } | { kind: 'unknown' } | { kind: 'unsupported' };

/** Prompts that the engine has: where they are, and away with them. `ComfyClient` says what each call is for. */
export class PromptCalls {
  private jobsMissingFor: string | null = null;

  /** @param socketId changes with every socket: behind the same address there may be a newer server by then. */
  constructor(
    private readonly caller: EngineCaller,
    private readonly socketId: () => string,
  ) {}

  queue(signal?: AbortSignal): Promise<QueueResponse> {
    return this.caller.ask(this.caller.get('/api/queue', signal), queueResponseSchema);
  }

  async history(promptId: string, signal?: AbortSignal): Promise<HistoryEntry | null> {
    const call = this.caller.get(`/api/history/${encodeURIComponent(promptId)}`, signal);
    const all = await this.caller.ask(call, historyResponseSchema);
    const entry = Object.hasOwn(all, promptId) ? (all[promptId] ?? null) : null;
    // Only what must not be wrong has been checked.
    const prompt: unknown = entry?.prompt;
    if (Array.isArray(prompt) && prompt[1] !== promptId) {
      throw new TaskFailure('upstream_garbage', 'GET /history gave the end of another prompt');
    }
    return entry;
  }

  async job(promptId: string, signal?: AbortSignal): Promise<JobLookup> {
    if (this.jobsMissingFor === this.socketId()) return { kind: 'unsupported' };
    const call = this.caller.get(`/api/jobs/${encodeURIComponent(promptId)}`, signal);
    const answer = await this.caller.send(call);
    const body = jsonOf(answer);
    if (answer.status === 404 && typeof body === 'object' && body !== null) return { kind: 'unknown' };
    if (answer.status === 404 || answer.status === 405) {
      this.jobsMissingFor = this.socketId();
      return { kind: 'unsupported' };
    }
    return { kind: 'job', job: this.caller.bodyOf(call, answer, jobSchema) };
  }

  async cancelJob(
    promptId: string,
    signal?: AbortSignal,
  ): Promise<'done' | 'nothing_to_cancel' | 'unsupported'> {
    const path = `/api/jobs/${encodeURIComponent(promptId)}/cancel`;
    const call = this.caller.post(path, undefined, signal);
    const answer = await this.caller.send(call);
    if (answer.status === 404 || answer.status === 405) return 'unsupported';
    const body = jsonOf(answer);
    if (answer.status !== 200 || typeof body !== 'object' || body === null || !('cancelled' in body)) {
      throw this.caller.unexpected(call, answer);
    }
    return body.cancelled === true ? 'done' : 'nothing_to_cancel';
  }

  interrupt(promptId: string, signal?: AbortSignal): Promise<void> {
    const body: InterruptRequest = { prompt_id: promptId };
    return this.caller.command('/api/interrupt', body, signal);
  }

  deleteQueued(promptIds: string[], signal?: AbortSignal): Promise<void> {
    const body: QueueRequest = { delete: promptIds };
    return this.caller.command('/api/queue', body, signal);
  }

  forgetPrompts(promptIds: string[], signal?: AbortSignal): Promise<void> {
    const body: HistoryRequest = { delete: promptIds };
    return this.caller.command('/api/history', body, signal);
  }
}
