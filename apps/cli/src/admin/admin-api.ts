import type { Problem } from '@app/contracts';
import { create, isAxiosError, type AxiosError, type AxiosInstance, type AxiosRequestConfig } from 'axios';
import { CliError } from '../cli-error.js';
import { readEnv } from '../env.js';
import { operatorKey } from '../keys/operator-key.js';
import { reachableUrl } from '../system/child-spec.js';
import { findRunningSystem } from '../system/running-system.js';

const LIMIT_MS = 15_000;

/** Which system, and who asks. */
export interface AdminFlags {
  url?: string;
  key?: string;
}

/** Calls of the HTTP API that operators make, under `/v1/admin/`. Every failure is a CliError. */
export class AdminApi {
  private readonly http: AxiosInstance;

  /** @param key the API key of an operator; a viewer's is enough to look. */
  constructor(
    private readonly url: string,
    key: string,
  ) {
    const headers = { authorization: `Bearer ${key}` };
    const baseURL = `${url.replace(/\/$/, '')}/v1/admin/`;
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
    try {
      return (await this.http.request<T>({ method, url: path, params, data: data as unknown })).data;
    } catch (error) {
      // The key is in the request that the error carries: only words of ours and of the API are shown.
      throw isAxiosError(error) ? new CliError(explain(error, this.url)) : error;
    }
  }
}

function explain({ response, code }: AxiosError, url: string): string {
  if (!response) return `No answer from ${url} (${code ?? 'no reason'}). Name its address with --url.`;
  const problem = response.data as Partial<Problem> | undefined;
  const fields = problem?.errors?.map(({ message }) => message).join(' ');
  return [problem?.detail ?? `The API answered ${response.status}.`, fields].filter(Boolean).join(' ');
}
