import { createLogger } from '@app/runtime';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { register } from 'prom-client';
import { createApp } from '../../apps/api/src/create-app.js';
import { readEnv } from '../../apps/api/src/env.js';
import { TestCaller } from './test-caller.js';

/** An API in this process, on a free loopback port, with a data folder of its own; it is used as one visitor. */
export class TestApi extends TestCaller {
  private constructor(
    url: string,
    readonly dataDir: string,
    readonly app: NestExpressApplication,
    readonly operatorKey: string,
  ) {
    super(url);
  }

  static async start(settings: Record<string, string>): Promise<TestApi> {
    // Metrics live in one registry per process; a second API in it starts with an empty one.
    register.clear();
    const dataDir = settings['DATA_DIR'] ?? (await mkdtemp(join(tmpdir(), 'photo-repair-api-')));
    const operatorKey = settings['OPERATOR_KEY'] ?? 'prk_the-operator-of-the-integration-tests';
    const env = readEnv({
      API_PORT: '0',
      DATA_DIR: dataDir,
      WORKFLOWS_DIR: resolve('workflows'),
      ...settings,
      OPERATOR_KEY: operatorKey,
    });
    const app = await createApp(env, createLogger('api', settings['LOG_LEVEL'] ?? 'silent'));
    await app.listen(0, '127.0.0.1');
    return new TestApi(await app.getUrl(), dataDir, app, operatorKey);
  }

  /** The holder of a key or a link, or the operator. */
  as(token: string): TestCaller {
    return new TestCaller(this.url, token === 'operator' ? this.operatorKey : token);
  }

  /** Another visitor. */
  visitor(): TestCaller {
    return new TestCaller(this.url);
  }

  async ready(): Promise<boolean> {
    return (await fetch(`${this.url}/readyz`)).status === 200;
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

  /** Stops the app; the data folder stays until `remove`. */
  async close(): Promise<void> {
    await this.app.close();
  }

  async remove(): Promise<void> {
    await this.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
