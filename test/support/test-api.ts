import type { TaskView } from '@app/contracts';
import { createLogger } from '@app/runtime';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { register } from 'prom-client';
import { createApp } from '../../apps/api/src/create-app.js';
import { readEnv } from '../../apps/api/src/env.js';

/** An API in this process, on a free loopback port, with a data folder of its own. */
export class TestApi {
  private constructor(
    readonly url: string,
    readonly dataDir: string,
    readonly app: NestExpressApplication,
  ) {}

  static async start(settings: Record<string, string>): Promise<TestApi> {
    // Metrics live in one registry per process; a second API in it starts with an empty one.
    register.clear();
    const dataDir = settings['DATA_DIR'] ?? (await mkdtemp(join(tmpdir(), 'photo-repair-api-')));
    const env = readEnv({
      API_PORT: '0',
      DATA_DIR: dataDir,
      WORKFLOWS_DIR: resolve('workflows'),
      ...settings,
    });
    const app = await createApp(env, createLogger('api', settings['LOG_LEVEL'] ?? 'silent'));
    await app.listen(0, '127.0.0.1');
    return new TestApi(await app.getUrl(), dataDir, app);
  }

  /** Sends a photo. `fields` replaces the default type `person`. */
  async submit(
    photo: Uint8Array,
    name = 'photo.jpg',
    fields: Record<string, string> = { type: 'person' },
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const body = new FormData();
    for (const [field, value] of Object.entries(fields)) body.append(field, value);
    body.append('image', new Blob([new Uint8Array(photo)]), name);
    return fetch(`${this.url}/v1/tasks`, { method: 'POST', body, headers });
  }

  async cancel(id: string): Promise<Response> {
    return fetch(`${this.url}/v1/tasks/${id}/cancel`, { method: 'POST' });
  }

  async ready(): Promise<boolean> {
    return (await fetch(`${this.url}/readyz`)).status === 200;
  }

  /** A multipart body without a file. */
  async submitForm(fields: Record<string, string>): Promise<Response> {
    const body = new FormData();
    for (const [field, value] of Object.entries(fields)) body.append(field, value);
    return fetch(`${this.url}/v1/tasks`, { method: 'POST', body });
  }

  async post(body: string, contentType: string): Promise<Response> {
    return fetch(`${this.url}/v1/tasks`, { method: 'POST', body, headers: { 'content-type': contentType } });
  }

  /** The value of a metric without labels, or NaN. */
  async metric(name: string): Promise<number> {
    const metrics = await (await fetch(`${this.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1]);
  }

  /** All tasks in the database, by what the metrics say. */
  async countTasks(): Promise<number> {
    const metrics = await (await fetch(`${this.url}/metrics`)).text();
    const values = [...metrics.matchAll(/^photo_repair_tasks_in_state\{.*\} (\d+)$/gm)];
    return values.reduce((sum, [, value]) => sum + Number(value), 0);
  }

  async task(id: string): Promise<TaskView> {
    const response = await fetch(`${this.url}/v1/tasks/${id}`);
    return (await response.json()) as TaskView;
  }

  /** Stops the app; the data folder stays until `remove`. */
  async close(): Promise<void> {
    await this.app.close();
  }

  async remove(): Promise<void> {
    await this.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
