import type { LiveTopic, TaskView } from '@app/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TaskRow } from '../../../apps/api/src/database/schema.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { Dice } from '../../faults/dice.js';
import { LiveApi, topicOf } from './live-api.js';
import { Watcher } from './watcher.js';
import type { ClientState } from './client-state.js';

const CHANGES = 200;

describe('a client that loses its connection at any moment', () => {
  const vhost = withVhost();
  let live: LiveApi;
  let owner: string;
  let headers: Record<string, string>;

  beforeAll(async () => {
    live = new LiveApi(await TestApi.start({ AMQP_URL: vhost.url, RATE_LIMIT: '0' }));
    owner = await live.ownerOf(live.api);
    headers = await live.api.headers();
  });

  afterAll(() => live.api.remove());

  /** What polling answers of an album. */
  async function polled(albumId: string): Promise<Map<string, TaskView>> {
    const ids = await live.db.selectFrom('tasks').select('id').where('album_id', '=', albumId).execute();
    return new Map(await Promise.all(ids.map(async ({ id }) => [id, await live.api.task(id)] as const)));
  }

  /** The state may be behind for a moment; then it is the truth, estimates to the second. */
  async function expectTruth(watcher: Watcher, state: ClientState, albumId: string): Promise<void> {
    await watcher.until(async () => {
      expect(state.gap).toBe(false);
      const truth = await polled(albumId);
      const known = new Map([...state.tasks].map(([id, task]) => [id, { ...task, estimate: null }]));
      expect(known).toEqual(new Map([...truth].map(([id, task]) => [id, { ...task, estimate: null }])));
    });
  }

  it.each([1, 2, 3])('knows after each reconnection what polling says, without a gap (%i)', async (seed) => {
    const dice = new Dice(seed);
    const album = await live.album(owner);
    const topic = topicOf('album', album.id);
    const tasks: { row: TaskRow; run: number }[] = [];
    for (let count = 0; count < 10; count += 1) {
      tasks.push({ row: await live.task(owner, album.id), run: 0 });
    }
    let watcher = await Watcher.open(live.url, headers);
    const state = watcher.follow(topic);
    let drops = 0;
    for (let change = 0; change < CHANGES; change += 1) {
      const task = dice.pick(tasks);
      const kind = dice.pick([
        'started',
        'requeued',
        'retrying',
        'succeeded',
        'failed',
        'redriven',
        'cancelled',
      ] as const);
      if (kind === 'started' || kind === 'redriven') task.run += 1;
      if (dice.whole(10) === 0) tasks.push({ row: await live.task(owner, album.id), run: 0 });
      else await live.tell(task.row, kind, Math.max(1, task.run));
      if (dice.whole(10) !== 0) continue;
      drops += 1;
      watcher.socket.terminate();
      if (dice.whole(2) === 0) await live.tell(dice.pick(tasks).row, 'started', 50 + change);
      watcher = await Watcher.open(live.url, headers);
      watcher.adopt(state);
      watcher.subscribe({ topic, ...(state.seq !== undefined && { after: state.seq }) });
    }
    expect(drops).toBeGreaterThan(5);
    await expectTruth(watcher, state, album.id);
  });

  it('gets a snapshot where a photo was erased meanwhile, and nothing of it is left', async () => {
    const album = await live.album(owner);
    const topic = topicOf('album', album.id);
    const [kept, gone] = [await live.task(owner, album.id), await live.task(owner, album.id)];
    const before = await Watcher.open(live.url, headers);
    const state = before.follow(topic);
    await before.until(() => expect(state.tasks.size).toBe(2));
    before.socket.terminate();
    expect((await live.api.fetch(`/v1/tasks/${gone.id}`, { method: 'DELETE' })).status).toBe(204);
    const after = await Watcher.open(live.url, headers);
    after.adopt(state);
    after.subscribe({ topic, after: state.seq! });
    await after.until(() => expect([...state.tasks.keys()]).toEqual([kept.id]));
  });

  it('is told at once of a photo that is erased while it looks, and of the whole album', async () => {
    const album = await live.album(owner);
    const topic: LiveTopic = topicOf('album', album.id);
    const [kept, gone] = [await live.task(owner, album.id), await live.task(owner, album.id)];
    const watcher = await Watcher.open(live.url, headers);
    const state = watcher.follow(topic);
    const single = watcher.follow(topicOf('task', gone.id));
    await watcher.until(() => expect([state.tasks.size, single.tasks.size]).toEqual([2, 1]));
    await live.api.fetch(`/v1/tasks/${gone.id}`, { method: 'DELETE' });
    await watcher.until(() => expect([...state.tasks.keys()]).toEqual([kept.id]));
    await watcher.until(() => expect(single.gone).toBe(true));
    await live.tell(kept, 'started');
    await watcher.until(() => expect(state.tasks.get(kept.id)?.status).toBe('running'));
    expect(state.gap).toBe(false);
    const erased = await live.api.fetch(`/v1/albums/${album.id}`, { method: 'DELETE' });
    expect(erased.status).toBe(204);
    await watcher.until(() => expect(state.gone).toBe(true));
  });

  it('gets an album of many photos in parts, and what happens between them', async () => {
    const album = await live.album(owner);
    const topic = topicOf('album', album.id);
    const rows: TaskRow[] = [];
    for (let count = 0; count < 450; count += 1) rows.push(await live.task(owner, album.id));
    const watcher = await Watcher.open(live.url, headers);
    const state = watcher.follow(topic);
    for (const row of rows.slice(0, 20)) await live.tell(row, 'started');
    await expectTruth(watcher, state, album.id);
    const parts = watcher.of('snapshot').map(({ tasks, complete }) => [tasks.length, complete]);
    expect(parts).toEqual([
      [200, false],
      [200, false],
      [50, true],
    ]);
    expect(state.counts).toMatchObject({ total: 450, running: 20 });
  });
});
