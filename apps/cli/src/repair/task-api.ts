import type { TaskTypeView, TaskView } from '@app/contracts';
import { create, type AxiosInstance } from 'axios';
import { createWriteStream, openAsBlob } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { toApiError } from '../api/api-errors.js';

/** Long enough for 20 MB over a slow line; a dead one is noticed by its silence long before at the next call. */
const UPLOAD_LIMIT_MS = 120_000;
const CALL_LIMIT_MS = 15_000;

/**
 * The calls of the HTTP API that sending photos needs, as the holder of an API key or as a visitor for as long as this
 * object lives. Every failure is an ApiRefusal or an ApiSilence.
 */
export class TaskApi {
  private readonly http: AxiosInstance;
  private visit: Promise<void> | undefined;

  constructor(
    readonly url: string,
    private readonly apiKey?: string,
  ) {
    const headers = apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` };
    this.http = create({ baseURL: url, timeout: CALL_LIMIT_MS, proxy: false, maxRedirects: 0, headers });
  }

  async taskTypes(): Promise<TaskTypeView[]> {
    return this.call(
      async () => (await this.http.get<{ items: TaskTypeView[] }>('/v1/task-types')).data.items,
    );
  }

  /**
   * Sends one photo; it is read from disk as it goes, never held as a whole. Sent again under the same key, it is the
   * same task again.
   */
  async submit(
    photo: string,
    type: string,
    parameters: Record<string, unknown>,
    idempotencyKey: string,
  ): Promise<TaskView> {
    await this.introduce();
    const form = new FormData();
    form.set('type', type);
    if (Object.keys(parameters).length > 0) form.set('params', JSON.stringify(parameters));
    form.set('image', await openAsBlob(photo), basename(photo));
    const options = {
      timeout: UPLOAD_LIMIT_MS,
      maxBodyLength: Number.POSITIVE_INFINITY,
      headers: { 'Idempotency-Key': idempotencyKey },
    };
    return this.call(async () => (await this.http.post<TaskView>('/v1/tasks', form, options)).data);
  }

  async task(id: string): Promise<TaskView> {
    return this.call(async () => (await this.http.get<TaskView>(`/v1/tasks/${encodeURIComponent(id)}`)).data);
  }

  /** Saves the result; a file appears under its name only when it is complete. */
  async saveResult(task: TaskView, path: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    const partial = `${path}.part`;
    try {
      await this.call(async () => {
        const { data } = await this.http.get<Readable>(task.urls.result, {
          responseType: 'stream',
          timeout: UPLOAD_LIMIT_MS,
        });
        await pipeline(data, createWriteStream(partial));
      });
      await rename(partial, path);
    } finally {
      await rm(partial, { force: true });
    }
  }

  /** A visitor gets its cookie before the first photo: one that is sent again has to come from the same visitor. */
  private async introduce(): Promise<void> {
    if (this.apiKey !== undefined) return;
    this.visit ??= this.call(async () => {
      const { headers } = await this.http.post('/v1/session');
      const cookies = headers['set-cookie'] ?? [];
      this.http.defaults.headers.common['Cookie'] = cookies
        .map((cookie) => cookie.split(';', 1)[0])
        .join('; ');
    });
    try {
      await this.visit;
    } catch (error) {
      this.visit = undefined;
      throw error;
    }
  }

  private async call<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toApiError(error, this.url);
    }
  }
}
