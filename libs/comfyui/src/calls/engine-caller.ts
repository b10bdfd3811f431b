import { TaskFailure } from '@app/contracts';
import type { ComfyTimeouts } from '../comfy-client.options.js';
import type { ComfyHttp, HttpCall } from '../comfy-http.js';
import { jsonOf, type HttpAnswer } from '../http-answer.js';
import { readAs, type Shape } from '../response-schemas.js';

/** GET /queue carries whole graphs and GET /object_info every class: far below this, far below our memory. */
const MAX_JSON_BYTES = 64 * 1024 * 1024;

/** Makes calls to one engine and reads their answers. */
export class EngineCaller {
  constructor(
    private readonly http: ComfyHttp,
    readonly timeouts: ComfyTimeouts,
  ) {}

  get(path: string, signal?: AbortSignal): HttpCall {
    return { method: 'GET', path, timeoutMs: this.timeouts.callMs, maxBytes: MAX_JSON_BYTES, signal };
  }

  post(path: string, body: object | undefined, signal?: AbortSignal): HttpCall {
    return { ...this.get(path, signal), method: 'POST', ...(body && { body }) };
  }

  /** The answer, whatever its status. */
  send(call: HttpCall): Promise<HttpAnswer> {
    return this.http.send(call);
  }

  /** The body of a 2xx answer, which has to have this shape. */
  async ask<T>(call: HttpCall, shape: Shape<T>): Promise<T> {
    return readAs(shape, await this.http.json(call), `${call.method} ${call.path}`);
  }

  /** A call that is answered 200, with a body that says nothing. */
  async command(path: string, body: object, signal?: AbortSignal): Promise<void> {
    const call = this.post(path, body, signal);
    const answer = await this.http.send(call);
    if (answer.status !== 200) throw this.http.unexpected(call, answer);
  }

  /**
   * The body of a 200, which has to have this shape. Unlike `ask`, what has another is a `ComfyCallFailure`, too:
   * who made the call has to know that the engine may have acted on it.
   */
  bodyOf<T>(call: HttpCall, answer: HttpAnswer, shape: Shape<T>): T {
    if (answer.status !== 200) throw this.http.unexpected(call, answer);
    try {
      return readAs(shape, jsonOf(answer), `${call.method} ${call.path}`);
    } catch (error) {
      throw error instanceof TaskFailure ? this.unexpected(call, answer, error.message) : error;
    }
  }

  /** The failure for an answer that the call cannot use. */
  unexpected(call: HttpCall, answer: HttpAnswer, what?: string): Error {
    return this.http.unexpected(call, answer, what);
  }
}
