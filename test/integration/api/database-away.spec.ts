import type { Problem } from '@app/contracts';
import { readdir } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { PrivatePostgres } from '../../support/private-postgres.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { photoOf, SmallSystem } from '../backup/small-system.js';

const vhost = withVhost();

it('says that the database is away, keeps what workers tell, and goes on when it is back', async () => {
  const postgres = await PrivatePostgres.start();
  onTestFinished(() => postgres.stop());
  const DATABASE_URL = await postgres.newDatabase('away');
  const system = await SmallSystem.start({ AMQP_URL: vhost.url, DATABASE_URL });
  onTestFinished(() => system.destroy());
  const { api } = system;
  const operator = api.as('operator');
  system.engine.colouriser.hold();
  const ids = await system.submit(3);
  await vi.waitFor(async () => expect(await system.stateOf(ids[0]!)).toBe('running'), { timeout: 20_000 });

  await postgres.halt();
  const asked: [string, Promise<Response>][] = [
    ['a photo', api.submit(await photoOf(5), 'a.png')],
    ['a task', api.fetch(`/v1/tasks/${ids[0]}`)],
    ['who one is', operator.fetch('/v1/session')],
    ['the overview', operator.fetch('/v1/admin/overview')],
  ];
  for (const [what, answer] of asked) {
    const response = await answer;
    expect({ what, status: response.status }).toEqual({ what, status: 503 });
    expect(response.headers.get('retry-after')).toBe('10');
    const problem = (await response.json()) as Problem;
    expect(problem).toMatchObject({ code: 'database_unavailable', type: '/problems/database_unavailable' });
    // Neither its address nor what the driver says.
    expect(JSON.stringify(problem)).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|terminated/);
  }
  const inChinese = await operator.fetch('/v1/session', { headers: { 'accept-language': 'zh-CN' } });
  expect(((await inChinese.json()) as Problem).title).toBe('数据库没有回应');
  expect(await upgradeStatus(`${api.url}/v1/ws`, await api.headers())).toBe(503);
  expect((await fetch(`${api.url}/livez`)).status).toBe(200);
  const ready = await fetch(`${api.url}/readyz`);
  expect(ready.status).toBe(503);
  expect(JSON.stringify(await ready.json())).toContain('database');
  expect((await fetch(`${api.url}/metrics`)).status).toBe(200);
  // Nothing of the photo that was refused is kept.
  expect(await readdir(join(api.dataDir, 'incoming'))).toEqual([]);
  expect(await readdir(join(api.dataDir, 'artifacts/originals'))).toHaveLength(3);

  // A worker needs no database: what it tells waits in RabbitMQ.
  system.engine.colouriser.release();
  await vi.waitFor(async () => expect(await readdir(join(api.dataDir, 'artifacts/results'))).not.toEqual([]));
  await postgres.resume();
  await system.untilEnded(ids);
  for (const id of ids) expect(await system.ends(id)).toEqual(['succeeded']);
  expect((await api.submit(await photoOf(5), 'a.png')).status).toBe(202);
  await vhost.expectReady({ 'photo_repair.results': 0, 'photo_repair.parking': 0 });
});

it('says that the database is silent without waiting for it', async () => {
  const postgres = await PrivatePostgres.start();
  onTestFinished(() => postgres.stop());
  const line = await TcpProxy.to(postgres.url);
  onTestFinished(() => line.close());
  const api = await TestApi.start({ AMQP_URL: vhost.url, DATABASE_URL: line.url });
  onTestFinished(async () => {
    line.pass();
    await api.remove();
  });
  await vi.waitFor(async () => expect(await api.ready()).toBe(true));
  line.blackHole();
  // Well before a connection is given up (30 s).
  const ready = await fetch(`${api.url}/readyz`, { signal: AbortSignal.timeout(20_000) });
  expect(await ready.json()).toMatchObject({
    status: 'unready',
    checks: { database: 'The database does not answer: no answer within 2 s.' },
  });
  expect(await api.metric('photo_repair_database_answer_seconds')).toBeNaN();
  line.pass();
  await vi.waitFor(async () => expect(await api.ready()).toBe(true));
});

/** What a socket is answered that is not opened. */
async function upgradeStatus(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: { ...headers, ...upgrade } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode);
    });
    request.on('error', reject);
  });
}
