import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { create, type AxiosInstance } from 'axios';
import type { ComfyCallFailure } from './call-failure.errors.js';
import { jsonOf, type HttpAnswer } from './http-answer.js';
import { failureOfAnswer, failureWithoutAnswer, type BrokenCall } from './http-failures.js';
import { readBody } from './read-body.js';
import { traceCall, type TracedCall, type TraceHeaders } from './trace-call.js';
import { engineAddress } from './engine-address.js';

/** A call that has ended, for statistics. */
export interface ComfyCall {
  /** The method and the first word of the path, such as `POST prompt`, `GET history`, `POST upload`. */
  operation: string;
  /** Of the answer; null where none came, or not whole. */
  status: number | null;
  seconds: number;
}

export interface HttpCall {
  method: 'GET' | 'POST';
  /** Below the base URL, with a leading slash, already encoded. */
  path: string;
  query?: Record<string, string>;
  /** In bytes, both included: only this part of the body is asked for. */
  range?: { from: number; to: number };
  /** An object is sent as JSON, a FormData as multipart. */
  body?: object;
  timeoutMs: number;
  maxBytes: number;
  signal?: AbortSignal | undefined;
}

/**
 * One HTTP call at a time to a ComfyUI server. The time limit covers the whole call, body included, so a server
 * that drips bytes cannot hold it open. No proxy of the environment is used, no redirect followed (an engine has
 * none) and no Origin sent (ComfyUI answers 403 to a foreign one). Connections are not kept: a kept one that the
 * server has just dropped would make every POST ambiguous, and a new one costs nothing on a local network.
 */
export class ComfyHttp {
  private readonly axios: AxiosInstance;

  constructor(
    readonly baseUrl: URL,
    private readonly onCall: (call: ComfyCall) => void = () => undefined,
  ) {
    this.axios = create({
      adapter: 'http',
      baseURL: baseUrl.href.replace(/\/$/, ''),
      proxy: false,
      maxRedirects: 0,
      maxBodyLength: Infinity,
      httpAgent: new http.Agent({ keepAlive: false }),
      httpsAgent: new https.Agent({ keepAlive: false }),
      headers: { 'Accept-Encoding': 'identity', 'User-Agent': 'photo-repair' },
      responseType: 'stream',
      validateStatus: () => true,
    });
  }

  /** The base URL without the credentials it may carry. */
  get address(): string {
    return engineAddress(this.baseUrl);
  }

  /** The answer, whatever its status. Rejects with the signal's reason, or with a `ComfyCallFailure`. */
  async send(call: HttpCall): Promise<HttpAnswer> {
    call.signal?.throwIfAborted();
    const startedMs = performance.now();
    let status: number | null = null;
    try {
      const answer = await traceCall(this.tracedCall(call), (headers) => this.answerOf(call, headers));
      ({ status } = answer);
      return answer;
    } finally {
      const seconds = (performance.now() - startedMs) / 1000;
      this.onCall({ operation: operationOf(call), status, seconds });
    }
  }

  private async answerOf(call: HttpCall, headers: TraceHeaders): Promise<HttpAnswer> {
    const abort = new AbortController();
    const onAbort = (): void => abort.abort();
    call.signal?.addEventListener('abort', onAbort, { once: true });
    const timer = setTimeout(onAbort, call.timeoutMs);
    let hasBegun = false;
    try {
      const answer = await this.axios.request<Readable>({
        method: call.method,
        url: call.path,
        ...(call.query && { params: call.query }),
        ...(call.body && { data: call.body }),
        headers: {
          ...headers,
          ...(call.range && { Range: `bytes=${call.range.from}-${call.range.to}` }),
        },
        signal: abort.signal,
      });
      const { status, data } = answer;
      hasBegun = true;
      abort.signal.addEventListener('abort', () => data.destroy(new Error('aborted')), { once: true });
      const body = await readBody(data, call.maxBytes);
      return { status, mediaType: mediaTypeOf(answer.headers['content-type']), body };
    } catch (error) {
      call.signal?.throwIfAborted();
      throw failureWithoutAnswer(this.brokenCall(call), error, { timedOut: abort.signal.aborted, hasBegun });
    } finally {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', onAbort);
    }
  }

  /** The parsed body of a 2xx answer; anything else is a `ComfyCallFailure`. */
  async json(call: HttpCall): Promise<unknown> {
    const answer = await this.send(call);
    if (answer.status < 200 || answer.status > 299) throw this.unexpected(call, answer);
    const value = jsonOf(answer);
    if (value === undefined) throw this.unexpected(call, answer, 'an answer that is not JSON');
    return value;
  }

  /** The failure for an answer that the call cannot use. */
  unexpected(call: HttpCall, answer: HttpAnswer, what = `status ${answer.status}`): ComfyCallFailure {
    return failureOfAnswer(this.brokenCall(call), answer, what);
  }

  private tracedCall({ method, path }: HttpCall): TracedCall {
    const template = path.replace(AFTER_COLLECTION, '$1{id}');
    return { method, template, engine: this.baseUrl };
  }

  private brokenCall(call: HttpCall): BrokenCall {
    const { timeoutMs, maxBytes } = call;
    return { name: `${call.method} ${this.address}${call.path}`, timeoutMs, maxBytes };
  }
}

/** What names one of many: a prompt, a job, a node class. */
const AFTER_COLLECTION = /(\/(?:history|jobs|object_info)\/)[^/]+/;

function operationOf({ method, path }: HttpCall): string {
  const [first = ''] = path.replace(/^\/(api\/)?/, '').split('/');
  return `${method} ${first}`;
}

function mediaTypeOf(header: unknown): string {
  return typeof header === 'string' ? (header.split(';')[0] ?? '').trim().toLowerCase() : '';
}
