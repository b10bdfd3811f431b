import http from 'node:http';
import https from 'node:https';
import { create, isAxiosError, type AxiosInstance } from 'axios';
import { ComfyCallFailure } from './call-failure.errors.js';

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

export interface HttpAnswer {
  status: number;
  body: Buffer;
}

/** These mean that no connection was made, so the engine cannot have acted on the call. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * One HTTP call at a time to a ComfyUI server. The time limit covers the whole call, body included, so a server
 * that drips bytes cannot hold it open. No proxy of the environment is used, no redirect followed (an engine has
 * none) and no Origin sent (ComfyUI answers 403 to a foreign one). Connections are not kept: a kept one that the
 * server has just dropped would make every POST ambiguous, and a new one costs nothing on a local network.
 */
export class ComfyHttp {
  private readonly axios: AxiosInstance;

  constructor(readonly baseUrl: URL) {
    this.axios = create({
      adapter: 'http',
      baseURL: baseUrl.href.replace(/\/$/, ''),
      proxy: false,
      maxRedirects: 0,
      maxBodyLength: Infinity,
      httpAgent: new http.Agent({ keepAlive: false }),
      httpsAgent: new https.Agent({ keepAlive: false }),
      headers: { 'Accept-Encoding': 'identity', 'User-Agent': 'photo-repair' },
      responseType: 'arraybuffer',
      validateStatus: () => true,
    });
  }

  /** The base URL without the credentials it may carry. */
  get address(): string {
    return this.baseUrl.origin + this.baseUrl.pathname.replace(/\/$/, '');
  }

  /** The answer, whatever its status. Rejects with the signal's reason, or with a `ComfyCallFailure`. */
  async send(call: HttpCall): Promise<HttpAnswer> {
    call.signal?.throwIfAborted();
    const abort = new AbortController();
    const onAbort = (): void => abort.abort();
    call.signal?.addEventListener('abort', onAbort, { once: true });
    const timer = setTimeout(onAbort, call.timeoutMs);
    try {
      const answer = await this.axios.request<Buffer>({
        method: call.method,
        url: call.path,
        ...(call.query && { params: call.query }),
        ...(call.body && { data: call.body }),
        ...(call.range && { headers: { Range: `bytes=${call.range.from}-${call.range.to}` } }),
        maxContentLength: call.maxBytes,
        signal: abort.signal,
      });
      return { status: answer.status, body: answer.data };
    } catch (error) {
      call.signal?.throwIfAborted();
      throw this.noAnswer(call, error, abort.signal.aborted);
    } finally {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', onAbort);
    }
  }

  /** The parsed body of a 2xx answer; anything else is a `ComfyCallFailure`. */
  async json(call: HttpCall): Promise<unknown> {
    const answer = await this.send(call);
    if (answer.status < 200 || answer.status > 299) throw this.unexpected(call, answer);
    const body = parseBody(answer.body);
    if (body.isJson) return body.value;
    throw this.unexpected(call, answer, 'an answer that is not JSON');
  }

  /** The failure for an answer that the call cannot use. */
  unexpected(call: HttpCall, answer: HttpAnswer, what = `status ${answer.status}`): ComfyCallFailure {
    const { value } = parseBody(answer.body);
    const quote = typeof value === 'string' && value !== '' ? `: ${value.slice(0, 200)}` : '';
    return new ComfyCallFailure('engine_unreachable', `${this.name(call)} gave ${what}${quote}`, {
      status: answer.status,
      body: value,
      // A gateway says this when it lost the server behind it half-way.
      mayHaveArrived: answer.status === 502 || answer.status === 504,
      tooLarge: false,
    });
  }

  private noAnswer(call: HttpCall, error: unknown, timedOut: boolean): ComfyCallFailure {
    const code = isAxiosError(error) ? (error.code ?? '') : '';
    const tooLarge = isAxiosError(error) && error.message.includes('maxContentLength');
    let why = code === '' ? String(error) : code;
    if (timedOut) why = `no whole answer within ${call.timeoutMs} ms`;
    if (tooLarge) why = `an answer larger than ${call.maxBytes} bytes`;
    return new ComfyCallFailure(
      'engine_unreachable',
      `${this.name(call)} failed: ${why}`,
      { status: null, body: null, mayHaveArrived: timedOut || !NEVER_SENT.has(code), tooLarge },
      // Never the client's own error: it holds the address with its password, and the bytes that were being sent.
      new Error(error instanceof Error ? `${code} ${error.message}`.trim() : String(error)),
    );
  }

  private name(call: HttpCall): string {
    return `${call.method} ${this.address}${call.path}`;
  }
}

function parseBody(body: Buffer): { isJson: boolean; value: unknown } {
  const text = body.toString('utf8');
  try {
    return { isJson: true, value: JSON.parse(text) };
  } catch {
    return { isJson: false, value: text.slice(0, 2000) };
  }
}
