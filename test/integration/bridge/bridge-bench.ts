import { createLogger } from '@app/runtime';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { register } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { createApp } from '../../../apps/bridge/src/create-app.js';
import { readEnv } from '../../../apps/bridge/src/env.js';
import { PrivateRedis } from '../../support/private-redis.js';
import { pythonProgram } from '../../support/python.js';
import { withVhost, type Vhost } from '../../support/vhost.js';

const run = promisify(execFile);

/** The queues between the bridge and the API. */
export const VOUCHED = 'photo_repair.vouched';
export const ANSWERS = 'photo_repair.bridge_answers';

/** A message in the vouched queue, read. */
export interface VouchedMessage {
  body: Record<string, unknown>;
  publisher: unknown;
  messageId: unknown;
  correlationId: unknown;
  replyTo: unknown;
}

/** A bridge in this process. */
export interface RunningBridge {
  url: string;
  stop(): Promise<void>;
}

/**
 * A Redis, a virtual host and folders for the tests of one file; call it outside of tests. Redis and the queues are empty
 * before each test, and bridges are stopped after it.
 */
export function withBridgeBench(options: { durable?: boolean } = {}): BridgeBench {
  const bench = new BridgeBench(withVhost(), options.durable ?? false);
  beforeAll(() => bench.open());
  beforeEach(() => bench.clear());
  afterEach(() => bench.stopBridges());
  afterAll(() => bench.close());
  return bench;
}

/** See `withBridgeBench`. */
export class BridgeBench {
  redis!: PrivateRedis;
  private root = '';
  private readonly bridges = new Set<NestExpressApplication>();

  constructor(
    readonly vhost: Vhost,
    private readonly isDurable: boolean,
  ) {}

  get uploads(): string {
    return join(this.root, 'uploads');
  }

  get output(): string {
    return join(this.root, 'output');
  }

  get dataDir(): string {
    return join(this.root, 'data');
  }

  /** What a bridge needs to be told here. */
  get settings(): Record<string, string> {
    return {
      REDIS_URL: this.redis.url,
      AMQP_URL: this.vhost.url,
      DATA_DIR: this.dataDir,
      BRIDGE_PORT: '0',
      BRIDGE_IMAGE_DIRS: this.uploads,
      BRIDGE_OUTPUT_DIR: this.output,
      BRIDGE_NAME: 'bridge-1',
      SHUTDOWN_GRACE: '2s',
    };
  }

  async open(): Promise<void> {
    this.redis = await PrivateRedis.start({ durable: this.isDurable });
    this.root = await mkdtemp(join(tmpdir(), 'photo-repair-bridge-'));
    await mkdir(this.uploads);
  }

  async clear(): Promise<void> {
    await this.redis.client.flushAll();
    for (const queue of [VOUCHED, ANSWERS]) {
      if (await this.vhost.queue(queue)) {
        const channel = await this.vhost.channel();
        await channel.purgeQueue(queue);
        await channel.close();
      }
    }
  }

  async close(): Promise<void> {
    await this.redis.remove();
    await rm(this.root, { recursive: true, force: true });
  }

  /** A bridge in this process, once it is ready. */
  async startBridge(settings: Record<string, string> = {}): Promise<RunningBridge> {
    const bridge = await this.launchBridge(settings);
    await vi.waitFor(async () => expect((await fetch(`${bridge.url}/readyz`)).status).toBe(200), {
      timeout: 15_000,
    });
    return bridge;
  }

  /** A bridge in this process, whether it gets ready or not. */
  async launchBridge(settings: Record<string, string>): Promise<RunningBridge> {
    // Metrics live in one registry per process.
    register.clear();
    const env = readEnv({ ...this.settings, ...settings });
    const app = await createApp(env, createLogger('bridge', settings['LOG_LEVEL'] ?? 'silent'));
    this.bridges.add(app);
    await app.listen(0, '127.0.0.1');
    const stop = async () => {
      this.bridges.delete(app);
      await app.close();
    };
    return { url: await app.getUrl(), stop };
  }

  async stopBridges(): Promise<void> {
    for (const app of this.bridges) await app.close();
    this.bridges.clear();
  }

  /** A file below the folder of uploads; gives its path. */
  async upload(name: string, bytes: Buffer | string): Promise<string> {
    const path = join(this.uploads, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    return path;
  }

  /** As a user's program adds it; gives the entry's id. */
  async add(fields: Record<string, string>): Promise<string> {
    return await this.redis.client.xAdd('photo_repair_tasks', '*', fields);
  }

  /** The next task that the bridge has handed on. */
  async vouched(): Promise<VouchedMessage> {
    // Whoever asks for a queue before a bridge has declared it loses its channel.
    await vi.waitFor(async () => expect(await this.vhost.queue(VOUCHED)).toBeDefined(), { timeout: 15_000 });
    const { content, properties } = await this.vhost.take(VOUCHED);
    return {
      body: JSON.parse(content.toString()) as Record<string, unknown>,
      publisher: properties.headers?.['x-publisher'] as unknown,
      messageId: properties.messageId as unknown,
      correlationId: properties.correlationId as unknown,
      replyTo: properties.replyTo as unknown,
    };
  }

  /** The ids of so many tasks that were handed on, sorted; one that was handed on twice counts once. */
  async takenIds(count: number): Promise<string[]> {
    const ids = new Set<string>();
    while (ids.size < count) ids.add(String((await this.vouched()).body['task_id']));
    return [...ids].sort();
  }

  async pending(): Promise<number> {
    return (await this.redis.client.xPending('photo_repair_tasks', 'repair_workers')).pending;
  }

  /** All entries of a stream, without their ids. */
  async entries(stream: string): Promise<Record<string, string>[]> {
    const found = await this.redis.client.xRange(stream, '-', '+');
    return (found ?? []).map(({ message }) => ({ ...message }));
  }

  /** Runs one of the users' programs; gives what it printed, by lines. */
  async python(program: string, ...args: string[]): Promise<string[]> {
    const { stdout } = await run(pythonProgram(), [join('test/clients/redis', program), ...args]);
    return stdout.trim().split('\n');
  }

  /** A command of `redis-cli`, with fields at its end. */
  async redisCli(command: readonly string[], fields: Record<string, string>): Promise<string> {
    const { port } = new URL(this.redis.url);
    const { stdout } = await run('redis-cli', ['-p', port, ...command, ...Object.entries(fields).flat()]);
    return stdout.trim();
  }
}
