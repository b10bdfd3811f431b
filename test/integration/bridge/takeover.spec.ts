import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { VOUCHED, withBridgeBench } from './bridge-bench.js';
import { AppProcess } from '../../support/app-process.js';

const bench = withBridgeBench();
const PATIENCE = { timeout: 20_000 };

let photo: string;
let amqp: TcpProxy;
let redisLine: TcpProxy;
const processes: AppProcess[] = [];

beforeEach(async () => {
  photo = await bench.upload('photo.jpg', 'x');
  amqp = await TcpProxy.to(bench.vhost.url);
  redisLine = await TcpProxy.to(bench.redis.url);
});
afterEach(async () => {
  for (const bridge of processes.splice(0)) await bridge.end('SIGKILL');
  await bench.stopBridges();
  await amqp.close();
  await redisLine.close();
});

const isPending = (count: number) =>
  vi.waitFor(async () => expect(await bench.pending()).toBe(count), PATIENCE);
const add = (fields: Record<string, string> = {}) =>
  bench.add({ image_path: photo, workflow_type: 'person', user_id: 'user1', ...fields });

async function startProcess(settings: Record<string, string>): Promise<AppProcess> {
  const bridge = await AppProcess.start('bridge', { ...bench.settings, ...settings });
  processes.push(bridge);
  return bridge;
}

it('takes over what a bridge had in hand that was killed', async () => {
  const dying = await startProcess({ AMQP_URL: amqp.url, BRIDGE_NAME: 'bridge-a' });
  amqp.refuse();
  const ids = [await add(), await add({ image_path: '/etc/passwd' }), await add()];
  await isPending(2);
  await dying.end('SIGKILL');
  await startProcess({ BRIDGE_NAME: 'bridge-b', BRIDGE_CLAIM_AFTER: '1s' });
  expect(await bench.takenIds(2)).toEqual([ids[0], ids[2]]);
  await isPending(0);
  await bench.vhost.expectReady({ [VOUCHED]: 0 });
  expect((await bench.entries('failed_tasks')).map((fields) => fields['entry_id'])).toEqual([ids[1]]);
});

it('sends the same message again where a bridge died between confirm and acknowledgement', async () => {
  const dying = await startProcess({
    AMQP_URL: amqp.url,
    REDIS_URL: redisLine.url,
    BRIDGE_NAME: 'bridge-a',
    BRIDGE_CLAIM_AFTER: '1h',
  });
  await vi.waitFor(async () => expect((await fetch(`${dying.url}/readyz`)).status).toBe(200), PATIENCE);
  amqp.refuse();
  await add();
  await isPending(1);
  // From here on nothing that it says reaches Redis, but the broker hears it.
  redisLine.blackHole();
  amqp.pass();
  const first = await bench.vouched();
  await dying.end('SIGKILL');
  expect(await bench.pending()).toBe(1);
  await startProcess({ BRIDGE_NAME: 'bridge-b', BRIDGE_CLAIM_AFTER: '1s' });
  const second = await bench.vouched();
  expect(second).toEqual(first);
  await isPending(0);
});

it('pages through many that were left behind, and those whose entries are gone', async () => {
  await bench.redis.client.xGroupCreate('photo_repair_tasks', 'repair_workers', '0', { MKSTREAM: true });
  const ids = [];
  for (let count = 0; count < 60; count++) ids.push(await add());
  // A worker of the users' own that read all of them and was never seen again.
  await bench.redis.client.xReadGroup('repair_workers', 'worker-1', { key: 'photo_repair_tasks', id: '>' });
  expect(await bench.pending()).toBe(60);
  await bench.redis.client.xDel('photo_repair_tasks', ids.slice(0, 5));
  await bench.startBridge({ BRIDGE_CLAIM_AFTER: '1s' });
  expect(await bench.takenIds(55)).toEqual(ids.slice(5).sort());
  await isPending(0);
});

it('leaves an entry alone that another bridge has in hand, however long that takes', async () => {
  await bench.startBridge({ AMQP_URL: amqp.url, BRIDGE_NAME: 'slow', BRIDGE_CLAIM_AFTER: '5s' });
  amqp.refuse();
  await add();
  await isPending(1);
  const other = await startProcess({ BRIDGE_NAME: 'other', BRIDGE_CLAIM_AFTER: '5s' });
  // Several times as long as an entry may be left alone; the other one has looked for some by then.
  const holder = async () =>
    (await bench.redis.client.xPendingRange('photo_repair_tasks', 'repair_workers', '-', '+', 10))[0];
  const until = Date.now() + 12_000;
  await vi.waitFor(
    async () => {
      expect(await holder()).toMatchObject({ consumer: 'slow' });
      expect(Date.now()).toBeGreaterThan(until);
    },
    { timeout: 10_000, interval: 100 },
  );
  expect(other.output).not.toContain('handed on an entry');
  await bench.vhost.expectReady({ [VOUCHED]: 0 });
  amqp.pass();
  await bench.vouched();
  await isPending(0);
});

it('ends when it is told to, and leaves what it cannot hand on to another one', async () => {
  const bridge = await startProcess({ AMQP_URL: amqp.url, BRIDGE_NAME: 'bridge-a', SHUTDOWN_GRACE: '500ms' });
  amqp.refuse();
  await add();
  await isPending(1);
  expect(await bridge.end('SIGTERM')).toBe(0);
  expect(await bench.pending()).toBe(1);
  const consumers = await bench.redis.client.xInfoConsumers('photo_repair_tasks', 'repair_workers');
  expect(consumers.map(({ name }) => name)).toEqual(['bridge-a']);
});

it('refuses an entry once although two bridges judge it', async () => {
  await bench.redis.client.xGroupCreate('photo_repair_tasks', 'repair_workers', '0', { MKSTREAM: true });
  for (let count = 0; count < 30; count++) await add({ image_path: `/etc/${count}` });
  await bench.redis.client.xReadGroup('repair_workers', 'worker-1', { key: 'photo_repair_tasks', id: '>' });
  await Promise.all([
    startProcess({ BRIDGE_NAME: 'bridge-a', BRIDGE_CLAIM_AFTER: '1s' }),
    startProcess({ BRIDGE_NAME: 'bridge-b', BRIDGE_CLAIM_AFTER: '1s' }),
  ]);
  await isPending(0);
  const paths = (await bench.entries('failed_tasks')).map((fields) => fields['image_path']);
  expect(paths).toHaveLength(30);
  expect(new Set(paths).size).toBe(30);
});
