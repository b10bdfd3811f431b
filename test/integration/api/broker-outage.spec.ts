import type { LiveMessage, Problem, TaskView } from '@app/contracts';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DATABASE } from '../../../apps/api/src/database/database.module.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { listenTo } from '../../support/live-listener.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { TcpRelay } from '../messaging/tcp-relay.js';

/** What a message tells of the delay of one task; nothing where it tells nothing of it. */
function delayIn(message: LiveMessage, id: string): (string | null)[] {
  if (message.event === 'snapshot') return message.data.tasks.map((task) => task.delayed_by);
  if (message.event === 'step') return [message.data.task.delayed_by];
  if (message.event !== 'places') return [];
  return message.data.places.filter((place) => place.id === id).map((place) => place.delayed_by);
}

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
  async function hearDelays(id: string): Promise<() => (string | null)[]> {
    const heard = await listenTo(api, `task:${id}`);
    return () => heard.flatMap((message) => delayIn(message, id));
  }

  it('takes photos in, says what delays them, and publishes each once as soon as it is back', async () => {
    relay.refuse();
    await start();
    const tasks = [await submit(), await submit(), await submit()];
    for (const task of tasks) {
      expect(task).toMatchObject({ status: 'queued', delayed_by: 'broker_unreachable' });
      expect(await api.task(task.id)).toMatchObject({ delayed_by: 'broker_unreachable' });
    }
    const told = await hearDelays(tasks[0]!.id);
    expect(told()).toEqual(['broker_unreachable']);

    relay.forward();
    await vi.waitFor(() => expect(told().at(-1)).toBeNull(), { timeout: 15_000, interval: 20 });
    // As many as the broker gets while no worker is there; the others are held.
    await vhost.expectReady({ 'photo_repair.work.person': 2 });
    await vi.waitFor(async () => expect(await api.metric('photo_repair_tasks_held{type="person"}')).toBe(1));
    const ids = [];
    for (const _ of [1, 2]) ids.push((await vhost.take('photo_repair.work.person')).properties.messageId);
    expect(ids).toEqual(tasks.slice(0, 2).map(({ id }) => id));
    expect((await api.task(tasks[0]!.id)).delayed_by).toBeNull();
  });

  it('tells the pages when it goes away and when it is back', async () => {
    await start();
    await untilReady();
    const { id } = await submit();
    const db = api.app.get<Database>(DATABASE);
    const setClaim = (until: number) =>
      db.updateTable('tasks').set({ claimed_until: until }).where('id', '=', id).execute();
    await vhost.expectReady({ 'photo_repair.work.person': 1 });
    await vi.waitFor(async () => {
      const row = await db
        .selectFrom('tasks')
        .select('claimed_until')
        .where('id', '=', id)
        .executeTakeFirst();
      expect(row?.claimed_until).toBe(0);
    });
    // As if the broker had not confirmed it yet.
    await setClaim(Date.now() + 60_000);
    const told = await hearDelays(id);
    expect(told()).toEqual([null]);

    relay.refuse();
    await vi.waitFor(() => expect(told()).toEqual([null, 'broker_unreachable']), {
      timeout: 15_000,
      interval: 20,
    });
    relay.forward();
    await vi.waitFor(() => expect(told()).toEqual([null, 'broker_unreachable', null]), {
      timeout: 15_000,
      interval: 20,
    });
  });

  it('refuses further photos above the limit, and takes them again when it is back', async () => {
    relay.refuse();
    await start({ BROKER_AWAY_MAX_WAITING: '2' });
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
      timeout: 15_000,
      interval: 100,
    });
  });

  it('does not hold what an earlier process of the embedded database had claimed', async () => {
    relay.refuse();
    await start();
    const { id } = await submit();
    const db = api.app.get<Database>(DATABASE);
    const claimedUntil = Date.now() + 600_000;
    await db
      .updateTable('tasks')
      .set({ dispatched: 1, sent_class: 0, claimed_until: claimedUntil })
      .where('id', '=', id)
      .execute();
    await api.close();
    relay.forward();
    await start({ DATA_DIR: api.dataDir });
    await vhost.expectReady({ 'photo_repair.work.person': 1 });
    expect((await vhost.take('photo_repair.work.person')).properties.messageId).toBe(id);
  });
});
