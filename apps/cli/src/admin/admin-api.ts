import type { Problem, ProblemCode } from '@app/contracts';
import { create, isAxiosError, type AxiosError, type AxiosInstance, type AxiosRequestConfig } from 'axios';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError } from '../cli-error.js';
import { readEnv } from '../env.js';
import { operatorKey } from '../keys/operator-key.js';
import { reachableUrl } from '../system/child-spec.js';
import { findRunningSystem } from '../system/running-system.js';

const LIMIT_MS = 15_000;
/** A result may have 256 MiB. */
const FILES_LIMIT_MS = 10 * 60_000;
/** How a body ends that does not come whole. */
const BROKEN_OFF = ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'];

/** Which system, and who asks. */
export interface AdminFlags {
  url?: string;
  key?: string;
}

/** The API said no, or said nothing. */
export class AdminRefusal extends CliError {
  constructor(
    message: string,
    /** HTTP status; null where there was no answer. */
    readonly status: number | null,
    /** How long it asks to wait before the next try, where it does. */
    readonly retryAfterMs: number | null,
    /** Null where something else than the API answered, or nobody. */
    readonly code: ProblemCode | null,
  ) {
    super(message);
  }
}

/** Calls of the HTTP API that operators make, under `/v1/admin/`. Every failure is a CliError. */
export class AdminApi {
  private readonly base: string;
  private readonly http: AxiosInstance;

  /** @param key the API key of an operator; a viewer's is enough to look. */
  constructor(
    private readonly url: string,
    key: string,
  ) {
    const headers = { authorization: `Bearer ${key}` };
    this.base = url.replace(/\/$/, '');
    const baseURL = `${this.base}/v1/admin/`;
    this.http = create({ baseURL, timeout: LIMIT_MS, proxy: false, maxRedirects: 0, headers });
  }

  /** To the system that is named, or else to the one that runs here, with its operator's key. @throws CliError. */
  static of(flags: AdminFlags): AdminApi {
    const env = readEnv();
    const url = flags.url ?? findRunningSystem(env.dataDir)?.url ?? reachableUrl(env.apiHost, env.apiPort);
    return new AdminApi(url, operatorKey(flags.key ?? env.apiKey, env.dataDir));
  }

  /** What the API answered; undefined where it had nothing to say. */
  async call<T>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    { params, data }: Pick<AxiosRequestConfig, 'params' | 'data'> = {},
  ): Promise<T> {
    return this.request<T>({ method, url: path, params, data: data as unknown });
  }

  /** Reads what lies under any path of the API, like `/v1/albums/…`. */
  async read<T>(path: string): Promise<T> {
    return this.request<T>({ url: `${this.base}${path}` });
  }

  /** Posts a form with files in it. */
  async sendForm<T>(path: string, form: FormData): Promise<T> {
    const limits = { timeout: FILES_LIMIT_MS, maxBodyLength: Number.POSITIVE_INFINITY };
    return this.request<T>({ method: 'POST', url: path, data: form, ...limits });
  }

  /** Saves a picture under a path like `/v1/tasks/…`; half a file may be left where it fails. */
  async download(path: string, target: string): Promise<void> {
    const request = { url: `${this.base}${path}`, responseType: 'stream', timeout: FILES_LIMIT_MS } as const;
    const picture = await this.request<Readable>(request);
    try {
      await pipeline(picture, createWriteStream(target));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (!BROKEN_OFF.includes(code)) throw error;
      throw new AdminRefusal(`${this.base} broke off in the middle of a picture.`, null, null, null);
    }
  }

  private async request<T>(request: AxiosRequestConfig): Promise<T> {
    try {
      return (await this.http.request<T>(request)).data;
    } catch (error) {
      // The key is in the request that the error carries: only words of ours and of the API are shown.
      throw isAxiosError(error) ? toRefusal(error, this.url) : error;
    }
  }
}

function toRefusal(error: AxiosError, url: string): AdminRefusal {
  const seconds = Number(error.response?.headers['retry-after'] ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null;
  const { code = null } = (error.response?.data ?? {}) as Partial<Problem>;
  return new AdminRefusal(explain(error, url), error.response?.status ?? null, retryAfterMs, code);
}

function explain({ response, code }: AxiosError, url: string): string {
  if (!response) return `No answer from ${url} (${code ?? 'no reason'}). Name its address with --url.`;
  const problem = response.data as Partial<Problem> | undefined;
  const fields = problem?.errors?.map(({ message }) => message).join(' ');
  return [problem?.detail ?? `The API answered ${response.status}.`, fields].filter(Boolean).join(' ');
}
