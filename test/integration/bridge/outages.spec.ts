import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { VOUCHED, withBridgeBench } from './bridge-bench.js';

const bench = withBridgeBench({ durable: true });
const PATIENCE = { timeout: 20_000 };

let photo: string;
let amqp: TcpProxy;
let redisLine: TcpProxy;

beforeEach(async () => {
  photo = await bench.upload('photo.jpg', 'x');
  amqp = await TcpProxy.to(bench.vhost.url);
  redisLine = await TcpProxy.to(bench.redis.url);
});
afterEach(async () => {
  // A bridge says goodbye to Redis.
  amqp.pass();
  redisLine.pass();
  await bench.stopBridges();
  await amqp.close();
  await redisLine.close();
});

const isPending = (count: number) =>
  vi.waitFor(async () => expect(await bench.pending()).toBe(count), PATIENCE);
const add = () => bench.add({ image_path: photo, workflow_type: 'person', user_id: 'user1' });
const checks = async (url: string) =>
  ((await (await fetch(`${url}/readyz`)).json()) as { checks: Record<string, string> }).checks;

it('keeps entries pending while the broker is away, a bounded number in hand, and hands on all of them after', async () => {
  const { url } = await bench.startBridge({ AMQP_URL: amqp.url });
  amqp.refuse();
  const ids = [];
  for (let count = 0; count < 40; count++) ids.push(await add());
  await isPending(16);
  await vi.waitFor(async () => {
    const { broker, entries } = await checks(url);
    expect(broker).toMatch(/^No tasks can be handed on: Nothing can be published/);
    expect(entries).toMatch(/^An entry has to wait: /);
  }, PATIENCE);
  expect(await bench.pending()).toBe(16);
  expect(await bench.entries('failed_tasks')).toEqual([]);
  await bench.vhost.expectReady({ [VOUCHED]: 0 });
  amqp.pass();
  expect(await bench.takenIds(40)).toEqual(ids.sort());
  await isPending(0);
});

it('does not acknowledge what the broker has not confirmed, though it may have it', async () => {
  const { url } = await bench.startBridge({ AMQP_URL: amqp.url });
  amqp.blackHole();
  const id = await add();
  await isPending(1);
  await vi.waitFor(
    async () => expect((await checks(url))['entries']).toMatch(/did not confirm|broke before it confirmed/),
    PATIENCE,
  );
  expect(await bench.pending()).toBe(1);
  await bench.vhost.expectReady({ [VOUCHED]: 0 });
  amqp.pass();
  expect(await bench.takenIds(1)).toEqual([id]);
  await isPending(0);
});

it('goes on after Redis was killed and started again, with what it had written down', async () => {
  const { url } = await bench.startBridge({ AMQP_URL: amqp.url, BRIDGE_CLAIM_AFTER: '1s' });
  amqp.refuse();
  const ids = [await add(), await add(), await add()];
  await isPending(3);
  await bench.redis.kill();
  await vi.waitFor(async () => expect((await checks(url))['redis']).not.toBe('ok'), PATIENCE);
  await bench.redis.run();
  amqp.pass();
  expect(await bench.takenIds(3)).toEqual(ids.sort());
  await isPending(0);
  const later = await add();
  expect(await bench.takenIds(1)).toEqual([later]);
});

it.each([
  ['FLUSHALL', () => bench.redis.client.flushAll()],
  ['DEL of the stream', () => bench.redis.client.del('photo_repair_tasks')],
  ['XGROUP DESTROY', () => bench.redis.client.xGroupDestroy('photo_repair_tasks', 'repair_workers')],
])('makes the group again after %s', async (_name, remove) => {
  const { url } = await bench.startBridge();
  await vi.waitFor(() => bench.pending(), PATIENCE);
  await remove();
  const id = await add();
  expect(await bench.takenIds(1)).toEqual([id]);
  await isPending(0);
  await vi.waitFor(async () => expect((await checks(url))['redis']).toBe('ok'), PATIENCE);
});

it('says what is wrong when the key is no stream, and goes on when it is', async () => {
  await bench.redis.client.set('photo_repair_tasks', 'text');
  const { url } = await bench.launchBridge({});
  await vi.waitFor(
    async () =>
      expect((await checks(url))['redis']).toBe(
        'No entries can be read: a key that has to be a stream is something else.',
      ),
    PATIENCE,
  );
  await bench.redis.client.del('photo_repair_tasks');
  const id = await add();
  expect(await bench.takenIds(1)).toEqual([id]);
});

it('gives up on a Redis that is silent, and comes back to it', async () => {
  const { url } = await bench.startBridge({ REDIS_URL: redisLine.url, BRIDGE_CLAIM_AFTER: '1s' });
  redisLine.blackHole();
  await vi.waitFor(
    async () => expect((await checks(url))['redis']).toMatch(/did not answer|no connection|No entries/),
    PATIENCE,
  );
  redisLine.pass();
  const id = await add();
  expect(await bench.takenIds(1)).toEqual([id]);
  await isPending(0);
});

it('starts without Redis and without a broker, and says so', async () => {
  redisLine.refuse();
  amqp.refuse();
  const { url } = await bench.launchBridge({ REDIS_URL: redisLine.url, AMQP_URL: amqp.url });
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  expect((await fetch(`${url}/metrics`)).status).toBe(200);
  const id = await add();
  redisLine.pass();
  amqp.pass();
  expect(await bench.takenIds(1)).toEqual([id]);
});

it('waits for a folder that is not there yet, as for a disk that is not mounted', async () => {
  const folder = `${bench.uploads}-late`;
  const { url } = await bench.startBridge({ BRIDGE_IMAGE_DIRS: folder });
  const id = await bench.add({ image_path: `${folder}/a.jpg`, workflow_type: 'person' });
  await vi.waitFor(async () => expect((await checks(url))['entries']).toContain('ENOENT'), PATIENCE);
  expect(await bench.pending()).toBe(1);
  await bench.upload('../uploads-late/a.jpg', 'late');
  expect(await bench.takenIds(1)).toEqual([id]);
  await isPending(0);
});
