import type { TaskView } from '@app/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LinesService } from '../../../apps/api/src/line/lines.service.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { eventOf } from '../api/sample-tasks.js';
import { topicOf } from '../live/live-api.js';
import { Watcher } from '../live/watcher.js';
import { BUILDING, OperatorCalls, PERSON, submitMany } from './operator-calls.js';

/** A page hears of it within a second or so; the rest is for a busy test machine. */
const SOON_MS = 10_000;
/** Long enough for what each test does before and after the pause, within which nothing may expire. */
const LIMIT = '20s';

describe('a paused task type', () => {
  const vhost = withVhost();
  let api: TestApi;
  let operator: OperatorCalls;

  const settings = () => ({ AMQP_URL: vhost.url, QUEUE_TIMEOUT: LIMIT, RATE_LIMIT: '0' });
  const statesOf = async (ids: string[]) => Promise.all(ids.map(async (id) => (await api.task(id)).status));

  beforeAll(async () => {
    api = await TestApi.start(settings());
    operator = new OperatorCalls(api.as('operator'));
  });
  afterAll(() => api.remove());

  it('lets nothing begin or expire, tells pages, outlives a restart, and goes on in the old order', async () => {
    const early = await submitMany(api, 3);
    await vhost.expectReady({ [PERSON]: 2 });
    const watcher = await Watcher.open(api.url, await api.headers());
    const state = watcher.follow(topicOf('task', early[0]!));
    await watcher.until(
      () => expect([null, 'no_worker']).toContain(state.tasks.get(early[0]!)?.delayed_by),
      SOON_MS,
    );

    await operator.pause('types/person', 'a worse model than before');
    await watcher.until(
      () => expect(state.tasks.get(early[0]!)).toMatchObject({ delayed_by: 'paused', estimate: null }),
      SOON_MS,
    );
    // Back from RabbitMQ, where their time would go on.
    await vhost.expectReady({ [PERSON]: 0 });
    const late = await submitMany(api, 2);
    const [other] = await submitMany(api, 1, 'building');
    await vhost.expectReady({ [PERSON]: 0, [BUILDING]: 1 });
    expect(await api.task(late[0]!)).toMatchObject({ delayed_by: 'paused', queue_position: 4 });
    // What came after all of them and is not paused has waited too long by then.
    await vi.waitFor(async () => expect((await api.task(other!)).status).toBe('expired'), {
      timeout: 60_000,
    });

    const { cookie } = api;
    await api.close();
    api = await TestApi.start({ ...settings(), DATA_DIR: api.dataDir });
    api.cookie = cookie;
    operator = new OperatorCalls(api.as('operator'));
    const [one] = await operator.pauses();
    expect(one).toMatchObject({ scope: 'type', name: 'person', note: 'a worse model than before' });
    const all = [...early, ...late];
    expect(await statesOf(all)).toEqual(all.map(() => 'queued'));

    await operator.resume('types/person');
    const taken: string[] = [];
    while (taken.length < all.length) {
      const { properties } = await vhost.take(PERSON);
      taken.push(String(properties.messageId));
      // Its waiting limit has moved on, in the message too.
      expect(Number(properties.headers!['x-deadline'])).toBeGreaterThan(Date.now());
      const cancelled = (await (await api.cancel(taken.at(-1)!)).json()) as TaskView;
      expect(cancelled.status).toBe('cancelled');
    }
    expect(taken).toEqual(all);
    await vhost.expectReady({ [PERSON]: 0, 'photo_repair.expired': 0, 'photo_repair.parking': 0 });
  });

  it('does not expire by a limit of before, whoever says so, and is handed over once more', async () => {
    const ids = await submitMany(api, 2);
    const [message] = [await vhost.take(PERSON), await vhost.take(PERSON)];
    await operator.pause('types/person');
    const row = { id: ids[1]!, type: 'person' };
    const late = { ...eventOf(row, 'expired'), attempt: 1, run: 0 };
    await vhost.publish('photo_repair.events', 'state.person', Buffer.from(JSON.stringify(late)));
    const { headers, ...properties } = message.properties;
    delete properties.expiration;
    await vhost.publish('photo_repair.dlx', 'person', message.content, { ...properties, headers });
    const lines = api.app.get(LinesService, { strict: false });
    const held = () => ids.map((id) => lines.of('person').get(id)?.dispatched);
    await vi.waitFor(() => expect(held()).toEqual([null, null]), { timeout: 15_000 });
    expect(await statesOf(ids)).toEqual(['queued', 'queued']);
    await operator.resume('types/person');
    for (const id of ids) {
      expect((await vhost.take(PERSON)).properties.messageId).toBe(id);
      await api.cancel(id);
    }
    await vhost.expectReady({ [PERSON]: 0, 'photo_repair.expired': 0, 'photo_repair.parking': 0 });
  });

  it('is known, and stopped and let go on as often as one likes', async () => {
    const unknown = await operator.caller.send('PUT', '/v1/admin/pauses/types/dogs', {});
    expect(unknown.status).toBe(422);
    expect(await unknown.json()).toMatchObject({ code: 'unknown_task_type' });
    const first = await operator.pause('types/building');
    const again = await operator.pause('types/building', 'because');
    expect(again).toEqual({ ...first, note: 'because' });
    await operator.resume('types/building');
    await operator.resume('types/building');
    expect(await operator.pauses()).toEqual([]);
  });
});
