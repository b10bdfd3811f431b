import { LocalArtifactStore } from '@app/artifact-store';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { VOUCHED, withBridgeBench } from './bridge-bench.js';

const bench = withBridgeBench();

const noneIsPending = () =>
  vi.waitFor(async () => expect(await bench.pending()).toBe(0), { timeout: 10_000 });

it('hands on what the Python producer adds, with a copy of its photo', async () => {
  const path = await bench.upload('user1/old_photo.jpg', 'the bytes of a photo');
  await bench.startBridge();
  const [entryId] = await bench.python('send_photo.py', bench.redis.url, path, 'person', 'user1');
  const message = await bench.vouched();
  expect(message).toMatchObject({
    publisher: 'redis:user1',
    replyTo: 'photo_repair.bridge_answers',
    body: { task_id: entryId, workflow_type: 'person', client_ref: 'old_photo.jpg' },
  });
  const store = new LocalArtifactStore(join(bench.dataDir, 'artifacts'));
  expect(String(message.body['stored_photo'])).toMatch(/^inbox\//);
  expect((await store.read(String(message.body['stored_photo']))).toString()).toBe('the bytes of a photo');
  await noneIsPending();
  expect(await bench.entries('failed_tasks')).toEqual([]);
  // The file is its user's, and the entry stays in the stream.
  expect(await bench.entries('photo_repair_tasks')).toHaveLength(1);
});

it("does the same for redis-cli's XADD, without a user too", async () => {
  const path = await bench.upload('alone.jpg', 'x');
  await bench.startBridge();
  const entryId = await bench.redisCli('XADD photo_repair_tasks *'.split(' '), {
    image_path: path,
    workflow_type: 'building',
  });
  const message = await bench.vouched();
  expect(message.publisher).toBe('redis:');
  expect(message.body).toMatchObject({ task_id: entryId, workflow_type: 'building' });
});

it("leaves the users' worker its group, and no work", async () => {
  const path = await bench.upload('a.jpg', 'x');
  expect(await bench.python('old_worker.py', bench.redis.url)).toEqual(['created']);
  await bench.startBridge();
  await bench.add({ image_path: path, workflow_type: 'person', user_id: 'user1' });
  await bench.vouched();
  await noneIsPending();
  expect(await bench.python('old_worker.py', bench.redis.url)).toEqual(['exists']);
});

it('makes the group itself and begins with what was added before', async () => {
  const path = await bench.upload('early.jpg', 'x');
  const entryId = await bench.add({ image_path: path, workflow_type: 'person', user_id: 'user1' });
  await bench.startBridge();
  expect((await bench.vouched()).body['task_id']).toBe(entryId);
  expect((await bench.python('old_worker.py', bench.redis.url))[0]).toBe('exists');
});

it('reads a task package, single parameters and a URL', async () => {
  const path = await bench.upload('p.jpg', 'x');
  const task = {
    workflow: 'DDColor人物黑白修复.json',
    input: path,
    parameters: { size: 680, model: 'ddcolor-imagenet' },
    callback: 'https://example.com/done',
  };
  await bench.startBridge();
  await bench.add({ task: JSON.stringify(task) });
  expect((await bench.vouched()).body).toMatchObject({
    workflow_type: task.workflow,
    parameters: task.parameters,
    callback_url: task.callback,
    stored_photo: expect.stringMatching(/^inbox\//) as string,
  });
  await bench.add({
    image_url: 'https://example.com/a.jpg',
    type: 'person',
    size: '680',
    priority: '2',
    task_id: 'mine',
  });
  expect((await bench.vouched()).body).toEqual({
    task_id: 'mine',
    image_url: 'https://example.com/a.jpg',
    workflow_type: 'person',
    parameters: { size: 680 },
    priority: 2,
  });
  await noneIsPending();
});

it.each([
  [{ workflow_type: 'person', user_id: 'user1' }, 'malformed', /names no photo/],
  [{ image_path: '/uploads/a.jpg', user_id: '../admin' }, 'malformed', /user_id/],
  [{ image_path: '/a.jpg', parameters: '[1]' }, 'malformed', /parameters has to be a JSON object/],
  [{ image_path: '/a.jpg', type: 'person', workflow: 'building' }, 'malformed', /different things/],
  [{ image_path: '/etc/passwd', workflow_type: 'person' }, 'forbidden', /not in a folder/],
])('tells once why %j can be no task', async (fields, reason, sentence) => {
  await bench.startBridge();
  const entryId = await bench.add(fields);
  await vi.waitFor(async () => expect(await bench.entries('failed_tasks')).toHaveLength(1));
  expect(await bench.entries('failed_tasks')).toEqual([
    { ...fields, entry_id: entryId, reason, error: expect.stringMatching(sentence) as string },
  ]);
  expect(await bench.pending()).toBe(0);
  await bench.vhost.expectReady({ [VOUCHED]: 0 });
});

it('keeps an entry that it cannot tell about, until it can', async () => {
  await bench.redis.client.set('failed_tasks', 'no stream');
  const { url } = await bench.startBridge();
  const entryId = await bench.add({ image_path: '/etc/passwd' });
  await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(503));
  expect(await bench.pending()).toBe(1);
  await bench.redis.client.del('failed_tasks');
  await vi.waitFor(async () => expect(await bench.entries('failed_tasks')).toHaveLength(1), {
    timeout: 10_000,
  });
  expect((await bench.entries('failed_tasks'))[0]).toMatchObject({ entry_id: entryId });
  expect(await bench.pending()).toBe(0);
});

it('tells which file is not there or too large, and that no folder is open', async () => {
  const large = await bench.upload('large.jpg', Buffer.alloc(2000));
  const bridge = await bench.startBridge({ MAX_UPLOAD_BYTES: '1999' });
  await bench.add({ image_path: join(bench.uploads, 'none.jpg') });
  await bench.add({ image_path: large });
  const reasons = async () =>
    (await bench.entries('failed_tasks')).map(({ reason }) => String(reason)).sort();
  await vi.waitFor(async () => expect(await reasons()).toEqual(['file_too_large', 'not_found']));
  await bridge.stop();
  await bench.startBridge({ BRIDGE_IMAGE_DIRS: '' });
  await bench.add({ image_path: large });
  await vi.waitFor(async () => expect(await reasons()).toEqual(['file_too_large', 'forbidden', 'not_found']));
});

it('says on its probes and in its metrics how it is', async () => {
  const path = await bench.upload('m.jpg', 'x');
  const { url } = await bench.startBridge();
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  await vi.waitFor(async () => {
    const answer = await fetch(`${url}/readyz`);
    expect(await answer.json()).toEqual({
      status: 'ready',
      checks: { redis: 'ok', broker: 'ok', answers: 'ok', entries: 'ok' },
    });
    expect(answer.status).toBe(200);
  });
  await bench.add({ image_path: path, workflow_type: 'person' });
  await bench.add({ image_path: '/etc/passwd' });
  await bench.vouched();
  await vi.waitFor(async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('photo_repair_bridge_entries_total{outcome="published"} 1');
    expect(metrics).toContain('photo_repair_bridge_entries_total{outcome="refused"} 1');
    expect(metrics).toMatch(/^photo_repair_bridge_entries_pending 0$/m);
    expect(metrics).toMatch(/^photo_repair_bridge_oldest_idle_seconds 0$/m);
  });
});

it('leaves the group when it stops with nothing in hand', async () => {
  const path = await bench.upload('l.jpg', 'x');
  const bridge = await bench.startBridge();
  await bench.add({ image_path: path, workflow_type: 'person' });
  await bench.vouched();
  await noneIsPending();
  const consumers = () => bench.redis.client.xInfoConsumers('photo_repair_tasks', 'repair_workers');
  expect((await consumers()).map(({ name }) => name)).toEqual(['bridge-1']);
  await bridge.stop();
  expect(await consumers()).toEqual([]);
});
