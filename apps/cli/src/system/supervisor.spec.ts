import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Broker } from '../broker/broker.js';
import type { ChildSpec } from './child-spec.js';
import { PortPicker } from './free-port.js';
import { httpGet } from './http-get.js';
import { Supervisor } from './supervisor.js';

const SERVER = `
  import { createServer } from 'node:http';
  const server = createServer((request, response) => response.writeHead(200).end('ready'));
  process.on('SIGTERM', () => { server.close(); server.closeAllConnections(); process.exit(0); });
  setTimeout(() => server.listen(Number(process.env.FAKE_PORT), '127.0.0.1'), Number(process.env.FAKE_DELAY_MS));
`;

describe('Supervisor', () => {
  let dir: string;
  let stopped: string[];
  let supervisor: Supervisor | undefined;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'supervisor-'));
    stopped = [];
    supervisor = undefined;
  });
  afterEach(async () => {
    await supervisor?.kill();
    rmSync(dir, { recursive: true });
  });

  const broker = (ready: () => Promise<void>): Broker => ({
    url: 'amqp://127.0.0.1:1',
    description: 'fake',
    ready,
    stop: async () => {
      const answer = await httpGet(`http://127.0.0.1:${port}/`, 200);
      stopped.push(answer ? 'broker while a child ran' : 'broker');
    },
  });
  let port: number;

  async function server(name: string, delayMs: number, code = SERVER): Promise<ChildSpec> {
    port = await new PortPicker().pick(20_000 + Math.floor(Math.random() * 10_000));
    const script = join(dir, `${name}.mjs`);
    writeFileSync(script, code);
    const env = { FAKE_PORT: String(port), FAKE_DELAY_MS: String(delayMs) };
    return {
      name,
      script,
      env,
      readyUrl: `http://127.0.0.1:${port}/readyz`,
      addresses: [],
      stopsLast: false,
    };
  }

  it('waits for broker and children, and stops the broker last', async () => {
    let brokerReady = () => {};
    const spec = await server('api', 300);
    supervisor = new Supervisor(
      [spec],
      broker(() => new Promise((resolve) => (brokerReady = resolve))),
      dir,
    );
    supervisor.start();
    let isReady = false;
    const ready = supervisor.waitUntilReady(new AbortController().signal).then(() => (isReady = true));
    await expect.poll(async () => (await httpGet(spec.readyUrl))?.status).toBe(200);
    expect(isReady).toBe(false);
    brokerReady();
    await ready;
    await supervisor.stop(5000);
    expect(stopped).toEqual(['broker']);
    supervisor = undefined;
  });

  it('gives up on a child that cannot start, with its own words', async () => {
    const spec = await server(
      'worker',
      0,
      `console.error('These settings are not right.'); process.exit(1);`,
    );
    supervisor = new Supervisor(
      [spec],
      broker(() => Promise.resolve()),
      dir,
    );
    supervisor.start();
    await expect(supervisor.waitUntilReady(new AbortController().signal)).rejects.toThrow(
      /worker cannot start:\n {2}These settings are not right\./,
    );
  });

  it('passes on why the broker cannot start', async () => {
    const spec = await server('api', 0);
    supervisor = new Supervisor(
      [spec],
      broker(() => Promise.reject(new Error('no disk'))),
      dir,
    );
    supervisor.start();
    await expect(supervisor.waitUntilReady(new AbortController().signal)).rejects.toThrow('no disk');
  });

  it('stops waiting when it is told to', async () => {
    const abort = new AbortController();
    supervisor = new Supervisor(
      [await server('api', 0)],
      broker(() => new Promise(() => {})),
      dir,
    );
    supervisor.start();
    const waiting = supervisor.waitUntilReady(abort.signal);
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});
