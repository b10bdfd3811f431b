import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { freePort } from '../../test/support/free-port.js';
import { setTimeout as sleep } from 'node:timers/promises';

export const OPERATOR_KEY = 'prk_the-operator-of-the-benchmarks-1';
const READY_WITHIN_MS = 60_000;

/** The built API in a process of its own, which many may watch from one address. */
export class WatchedApi {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(amqpUrl: string, dataDir: string): Promise<WatchedApi> {
    const port = await freePort();
    const child = spawn(process.execPath, ['dist/apps/api/src/main.js'], {
      env: {
        PATH: process.env['PATH'],
        AMQP_URL: amqpUrl,
        API_PORT: String(port),
        DATA_DIR: dataDir,
        WORKFLOWS_DIR: resolve('workflows'),
        OPERATOR_KEY,
        RATE_LIMIT: '0',
        QUEUE_TIMEOUT: '0',
        LIVE_MAX_SOCKETS_PER_CALLER: '20000',
        LOG_LEVEL: 'warn',
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const api = new WatchedApi(child, `http://127.0.0.1:${port}`);
    await api.untilReady();
    return api;
  }

  /** Bytes in memory now. */
  get memory(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  }

  /** Asks as the operator. @throws Error for what is no success. */
  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const form = body instanceof FormData;
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${OPERATOR_KEY}`,
        ...(body !== undefined && !form && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: form ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const force = setTimeout(() => this.child.kill('SIGKILL'), 20_000);
    await ended;
    clearTimeout(force);
  }

  private async untilReady(): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (Date.now() < deadline && this.child.exitCode === null) {
      const ready = await fetch(`${this.url}/readyz`).then(
        ({ status }) => status === 200,
        () => false,
      );
      if (ready) return;
      await sleep(50);
    }
    this.child.kill('SIGKILL');
    throw new Error('The API was not ready in time.');
  }
}
