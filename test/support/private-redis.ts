import { freePort } from './free-port.js';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { vi } from 'vitest';

function connectTo(url: string) {
  return createClient({ url, RESP: 2 }).on('error', () => undefined);
}

/** A client of the tests' own, as another program would have it. */
export type TestRedisClient = ReturnType<typeof connectTo>;

/** A Redis of our own on a free loopback port, in a folder under the system's temporary one. */
export class PrivateRedis {
  /** As another program sees it: what is added, pending, told. Comes back by itself after a restart. */
  readonly client: TestRedisClient;
  private server: ChildProcess | undefined;

  private constructor(
    private readonly port: number,
    private readonly folder: string,
    private readonly isDurable: boolean,
  ) {
    this.client = connectTo(this.url);
  }

  /** @param options durable: what was written is there after `kill` and `run` (appendonly, flushed at each write). */
  static async start(options: { durable?: boolean } = {}): Promise<PrivateRedis> {
    const folder = await mkdtemp(join(tmpdir(), 'photo-repair-test-redis-'));
    const redis = new PrivateRedis(await freePort(), folder, options.durable ?? false);
    await redis.run();
    await redis.client.connect();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts the server, again after `kill`; resolves when it answers. */
  async run(): Promise<void> {
    const settings = {
      port: this.port,
      bind: '127.0.0.1',
      dir: this.folder,
      save: '',
      appendonly: this.isDurable ? 'yes' : 'no',
      appendfsync: 'always',
    };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const server = spawn('redis-server', args, { stdio: 'ignore' });
    this.server = server;
    let failed: Error | undefined;
    server.on('error', (error) => (failed = error));
    await vi.waitFor(
      async () => {
        if (failed) throw new Error(`These tests need redis-server: ${failed.message}`);
        const probe = createClient({ url: this.url, socket: { reconnectStrategy: false } });
        probe.on('error', () => undefined);
        await probe.connect();
        await probe.ping().finally(() => probe.destroy());
      },
      { timeout: 15_000, interval: 50 },
    );
  }

  /** Ends the server at once, as a power cut would; what it held is gone unless it is durable. */
  async kill(): Promise<void> {
    const { server } = this;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((done) => server.once('exit', done));
    server.kill('SIGKILL');
    await ended;
  }

  async remove(): Promise<void> {
    this.client.destroy();
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}
