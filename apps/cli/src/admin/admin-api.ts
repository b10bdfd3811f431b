import { create, isAxiosError, type AxiosInstance, type AxiosRequestConfig } from 'axios';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ApiSilence, toApiError } from '../api/api-errors.js';
import { readEnv } from '../env.js';
import { operatorKey } from '../keys/operator-key.js';
import { reachableUrl } from '../system/child-spec.js';
import { findRunningSystem } from '../system/running-system.js';

const LIMIT_MS = 15_000;
/** A result may have 256 MiB. */
const FILES_LIMIT_MS = 10 * 60_000;

/** Which system, and who asks. */
export interface AdminFlags {
  url?: string;
  key?: string;
}

/** Calls of the HTTP API that operators make, under `/v1/admin/`. Every failure is an ApiRefusal or an ApiSilence. */
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
    await this.ask(async () => {
      const { data } = await this.http.request<Readable>(request);
      await pipeline(data, createWriteStream(target));
    });
  }

  private async request<T>(request: AxiosRequestConfig): Promise<T> {
    return this.ask(async () => (await this.http.request<T>(request)).data);
  }

  private async ask<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const known = toApiError(error, this.url);
      const isNobodyThere = isAxiosError(error) && known instanceof ApiSilence;
      throw isNobodyThere ? new ApiSilence(`${known.message} Name its address with --url.`) : known;
    }
  }
}
