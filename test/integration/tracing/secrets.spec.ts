import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AppProcess } from '../../support/app-process.js';
import { TestCaller } from '../../support/test-caller.js';
import { withVhost } from '../../support/vhost.js';

/** Every secret of a setting has this word in it, which is nowhere else. */
const CANARY = 'canary4711';
const secret = (name: string) => `${CANARY}-of-${name}-0123456789`;
const OPERATOR_KEY = `prk_${secret('the-operator')}`;
const PRELOAD = resolve('test/integration/tracing/loaded-packages.cjs');
const SDK = /node_modules\/@opentelemetry\/(?!api\/|context-async-hooks\/)/;

describe('secrets of the settings', () => {
  const vhost = withVhost();
  let dataDir: string;
  let api: AppProcess;
  let worker: AppProcess;
  let bridge: AppProcess;
  /** All that was printed and answered. */
  const seen: { where: string; what: string }[] = [];
  const note = (where: string, what: string) => void seen.push({ where, what });

  /** The broker that is there, with a password that is not right. */
  function wrongLogin(): string {
    const url = new URL(vhost.url);
    url.username = 'nobody';
    url.password = secret('amqp');
    return url.href;
  }

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'photo-repair-secrets-'));
    const settings = { DATA_DIR: dataDir, AMQP_URL: wrongLogin(), LOG_LEVEL: 'debug' };
    const watched = (app: string) => ({
      ...settings,
      NODE_OPTIONS: `--require=${PRELOAD}`,
      LOADED_MODULES: join(dataDir, `${app}.json`),
    });
    [api, worker, bridge] = await Promise.all([
      AppProcess.start('api', {
        ...watched('api'),
        OPERATOR_KEY,
        WEB_DIR: resolve('apps/web'),
        WEBHOOK_HOSTS: '127.0.0.1:1',
        WEBHOOK_ALLOW_HTTP: 'true',
        OUTBOUND_PRIVATE_ADDRESSES: '127.0.0.1',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://collector:${secret('collector')}@127.0.0.1:1`,
        OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${secret('otlp')}`,
      }),
      AppProcess.start('worker', {
        ...watched('worker'),
        COMFYUI_URLS: `http://engine:${secret('engine')}@127.0.0.1:1`,
      }),
      AppProcess.start('bridge', {
        ...settings,
        REDIS_URL: `redis://redis:${secret('redis')}@127.0.0.1:1`,
      }),
    ]);
  });

  afterAll(async () => {
    await Promise.all([api, worker, bridge].map((program) => program?.end('SIGKILL')));
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Runs a program to its end; it may not be what it wants to be. */
  async function run(where: string, program: string[], env: Record<string, string>): Promise<number | null> {
    const child = spawn(process.execPath, program, {
      env: { PATH: process.env['PATH'], DATA_DIR: dataDir, API_PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((done) => child.once('exit', done));
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(`${where}: ${out}${err}`).toMatch(/: [^]+/);
    note(where, out + err);
    return ended;
  }

  async function ask(path: string, init: RequestInit = {}, token?: string): Promise<Response> {
    const answer = await new TestCaller(api.url, token).fetch(path, init);
    const headers = [...answer.headers].join('\n');
    note(`${init.method ?? 'GET'} ${path}`, `${headers}\n${await answer.clone().text()}`);
    return answer;
  }

  it('are in no program that cannot start', async () => {
    const main = (app: string) => [`dist/apps/${app}/src/main.js`];
    const database = (url: string) => ({ DATABASE_URL: url, AMQP_URL: wrongLogin(), LOG_LEVEL: 'trace' });
    const codes = await Promise.all([
      run('no database', main('api'), database(`postgres://api:${secret('database')}@127.0.0.1:1/photos`)),
      run('no port', main('api'), database(`postgres://api:${secret('database')}@127.0.0.1:port/photos`)),
      run('no settings', main('api'), {
        AMQP_URL: secret('amqp'),
        DATABASE_URL: secret('database'),
        OPERATOR_KEY: secret('operator'),
        PUBLIC_URL: secret('url'),
      }),
      run('no engine', main('worker'), { COMFYUI_URLS: secret('engine'), AMQP_URL: secret('amqp') }),
      run('no Redis', main('bridge'), { REDIS_URL: secret('redis'), AMQP_URL: secret('amqp') }),
      run('no broker', ['dist/apps/cli/src/main.js', 'parking', 'list'], { AMQP_URL: wrongLogin() }),
    ]);
    expect(codes).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('are in no answer, whatever is asked and however it fails', async () => {
    await ask('/readyz');
    await ask('/metrics');
    await ask('/openapi.json');
    await ask('/v1/nothing');
    await ask('/v1/admin/overview', {}, OPERATOR_KEY);
    expect((await ask('/v1/tasks', {}, `prk_${secret('another')}`)).status).toBe(401);
    expect((await ask('/v1/tasks', { method: 'POST', body: '{"' }, OPERATOR_KEY)).status).toBe(400);
    const hook = `http://user:${secret('webhook-login')}@127.0.0.1:1/${secret('webhook-path')}`;
    const photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    const body = new FormData();
    body.append('type', 'person');
    body.append('callback_url', hook);
    body.append('image', new Blob([new Uint8Array(photo)]), 'photo.jpg');
    expect((await ask('/v1/tasks', { method: 'POST', body }, OPERATOR_KEY)).status).toBe(422);
    for (const program of [worker, bridge]) {
      for (const path of ['/readyz', '/metrics', '/nothing']) {
        note(path, await (await fetch(`${program.url}${path}`)).text());
      }
    }
  });

  it('are in no log, of a login that is refused, of servers that are away, of a webhook that fails', async () => {
    const operator = new TestCaller(api.url, OPERATOR_KEY);
    const photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    const callback_url = `http://127.0.0.1:1/${secret('webhook-path')}`;
    const answer = await operator.submit(photo, 'photo.jpg', { type: 'person', callback_url });
    expect(answer.status).toBe(202);
    const { id } = (await answer.json()) as { id: string };
    expect((await operator.cancel(id)).status).toBe(200);
    const troubles: [AppProcess, RegExp][] = [
      [api, /an outcome was not delivered/],
      [worker, /it refuses this user name or password/],
      [worker, /an engine (has problems|does not answer yet)/],
      [bridge, /no connection to Redis/],
    ];
    await vi.waitFor(() => {
      const untold = troubles.filter(([program, words]) => !words.test(program.output));
      expect(untold.map(([, words]) => String(words))).toEqual([]);
    }, 60_000);
    // Each stops as it has to, although nothing that it needs is there.
    const codes = await Promise.all([api, worker, bridge].map((program) => program.end('SIGTERM')));
    expect(codes).toEqual([0, 0, 0]);
    expect(api.output).toMatch(/spans could not be exported/);
    for (const [where, program] of Object.entries({ api, worker, bridge })) note(where, program.output);
  });

  it('were looked for where there was something to find', () => {
    expect(seen.length).toBeGreaterThan(20);
    const found = seen.filter(({ what }) => what.includes(CANARY));
    expect(found.map(({ where, what }) => `${where}: ${around(what)}`)).toEqual([]);
  });

  it('are not read by an SDK for traces where none is wanted', async () => {
    const loadedBy = async (app: string) =>
      (JSON.parse(await readFile(join(dataDir, `${app}.json`), 'utf8')) as string[]).filter((file) =>
        SDK.test(file),
      );
    expect(await loadedBy('worker')).toEqual([]);
    expect((await loadedBy('api')).some((file) => file.includes('/sdk-trace/'))).toBe(true);
  });
});

/** Where a text has it, and what stands before. */
function around(what: string): string {
  const at = what.indexOf(CANARY);
  return what.slice(Math.max(0, at - 200), at + 40);
}
