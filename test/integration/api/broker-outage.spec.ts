import type { LiveMessage, Problem, TaskView } from '@app/contracts';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { DATABASE } from '../../../apps/api/src/database/database.module.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { TcpRelay } from '../messaging/tcp-relay.js';

/** The broker's connection is cut by a relay between it and the API. */
describe('while the broker is away', () => {
  const vhost = withVhost();
  let photo: Buffer;
  let relay: TcpRelay;
  let api: TestApi;

  beforeAll(async () => {
    photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
  });
  beforeEach(async () => {
    relay = await TcpRelay.to(vhost.url);
  });
  afterEach(async () => {
    await api.remove();
    await relay.close();
    const channel = await vhost.channel();
    for (const type of ['person', 'building']) await channel.purgeQueue(`photo_repair.work.${type}`);
    await channel.close();
  });

  const start = async (settings: Record<string, string> = {}) => {
    api = await TestApi.start({ AMQP_URL: relay.url, ...settings });
  };
  const untilReady = () =>
    vi.waitFor(async () => expect(await api.ready()).toBe(true), { timeout: 15_000, interval: 50 });
  const submit = async (type = 'person') =>
    (await (await api.submit(photo, 'a.jpg', { type })).json()) as TaskView;

  /** What a page is told of one task, as `delayed_by`, in order. */
  async function delaysOf(id: string): Promise<(string | null)[]> {
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/v1/live`);
    onTestFinished(() => socket.terminate());
    const told: (string | null)[] = [];
    socket.on('message', (frame: Buffer) => {
      const message = JSON.parse(frame.toString()) as LiveMessage;
      if (message.event === 'task' && message.data.id === id) told.push(message.data.delayed_by);
    });
    await new Promise((resolve) => socket.on('open', resolve));
    socket.send(JSON.stringify({ event: 'watch', data: { task_ids: [id] } }));
    await vi.waitFor(() => expect(told).toHaveLength(1));
    return told;
  }

  it('takes photos in, says what delays them, and publishes each once as soon as it is back', async () => {
    relay.refuse();
    await start();
    const tasks = [await submit(), await submit(), await submit()];
    for (const task of tasks) {
      expect(task).toMatchObject({ status: 'queued', delayed_by: 'broker_unreachable' });
      expect(await api.task(task.id)).toMatchObject({ delayed_by: 'broker_unreachable' });
    }
    const told = await delaysOf(tasks[0]!.id);
    expect(told).toEqual(['broker_unreachable']);

    relay.forward();
    await vi.waitFor(() => expect(told.at(-1)).toBeNull(), { timeout: 8000, interval: 20 });
    await vhost.expectReady({ 'photo_repair.work.person': 3 });
    await vi.waitFor(async () => expect(await api.metric('photo_repair_outbox_pending')).toBe(0));
    const ids = [];
    for (const _ of tasks) ids.push((await vhost.take('photo_repair.work.person')).properties.messageId);
    expect(ids).toEqual(tasks.map(({ id }) => id));
    expect((await api.task(tasks[0]!.id)).delayed_by).toBeNull();
  });

  it('tells the pages when it goes away and when it is back', async () => {
    await start();
    await untilReady();
    const { id } = await submit();
    await vi.waitFor(async () => expect(await api.metric('photo_repair_outbox_pending')).toBe(0));
    // As if the broker had not confirmed it yet.
    const db = api.app.get<Database>(DATABASE);
    const pending = {
      task_id: id,
      message: '{}',
      priority: 0,
      created_at: 0,
      claimed_until: Date.now() + 60_000,
    };
    await db.insertInto('outbox').values(pending).execute();
    const told = await delaysOf(id);
    expect(told).toEqual([null]);

    relay.refuse();
    await vi.waitFor(() => expect(told).toEqual([null, 'broker_unreachable']), {
      timeout: 2000,
      interval: 20,
    });
    relay.forward();
    await vi.waitFor(() => expect(told).toEqual([null, 'broker_unreachable', null]), {
      timeout: 5000,
      interval: 20,
    });
  });

  it('refuses further photos above the limit, and takes them again when it is back', async () => {
    relay.refuse();
    await start({ OUTBOX_MAX_PENDING: '2' });
    await submit();
    await submit('building');
    const before = await api.countTasks();
    const refused = await api.submit(photo);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(((await refused.json()) as Problem).code).toBe('broker_backlog_full');
    expect(await api.countTasks()).toBe(before);

    relay.forward();
    await vhost.expectReady({ 'photo_repair.work.person': 1, 'photo_repair.work.building': 1 });
    await vi.waitFor(async () => expect((await api.submit(photo)).status).toBe(202), {
      timeout: 5000,
      interval: 100,
    });
  });

  it('does not hold what an earlier process of the embedded database had claimed', async () => {
    relay.refuse();
    await start();
    const { id } = await submit();
    const db = api.app.get<Database>(DATABASE);
    const claimedUntil = Date.now() + 600_000;
    await db.updateTable('outbox').set({ claimed_until: claimedUntil }).where('task_id', '=', id).execute();
    await api.close();
    relay.forward();
    await start({ DATA_DIR: api.dataDir });
    await vhost.expectReady({ 'photo_repair.work.person': 1 });
    expect((await vhost.take('photo_repair.work.person')).properties.messageId).toBe(id);
  });
});
