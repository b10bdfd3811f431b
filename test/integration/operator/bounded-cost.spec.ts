import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../../apps/api/src/database/migrate.js';
import { openDatabase } from '../../../apps/api/src/database/open-database.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { History } from '../../../apps/api/src/history/history.js';
import { HistoryStore } from '../../../apps/api/src/history/history.store.js';
import type { StateCounts } from '../../../apps/api/src/metrics/state-counts.js';
import { TroubledDeliveriesStore } from '../../../apps/api/src/overview/troubled-deliveries.store.js';
import { FailuresStore } from '../../../apps/api/src/task-search/failures.store.js';
import { TaskSearchStore } from '../../../apps/api/src/task-search/task-search.store.js';
import { DATABASES, type TestDatabase } from '../api/databases.js';
import { fill, Watched } from './many-tasks.js';

const TASKS = 100_000;
const NEWEST = { order: 'newest_first', after: undefined } as const;
const PAGE = { limit: 21, windows: 40 };

describe.each(DATABASES)('what operators ask of %s with 100,000 tasks', (_name, start) => {
  let database: TestDatabase;
  let db: Database;
  let watched: Watched;
  let search: TaskSearchStore;
  let endsAt: number;

  beforeAll(async () => {
    database = await start();
    const plain = openDatabase(database.url);
    await migrate(plain);
    endsAt = Math.floor(Date.now() / 900_000) * 900_000;
    await fill(plain, TASKS, endsAt);
    watched = new Watched();
    db = plain.withPlugin(watched);
    search = new TaskSearchStore(db);
  });
  afterAll(async () => {
    await db.destroy();
    await database.stop();
  });

  /** No query walks through the table, or sorts more than a window of it. */
  async function expectIndexes(seeks = true): Promise<void> {
    const plans = await watched.plans(db);
    expect(plans.length).toBeGreaterThan(0);
    for (const { sql, plan } of plans) {
      expect(plan, `plan of ${sql}`).not.toMatch(/Seq Scan on tasks|SCAN tasks"|SCAN tasks \(/i);
      expect(plan, `plan of ${sql}`).toMatch(
        seeks ? /SEARCH tasks USING|Index (Only )?(Cond|Scan)/ : /INDEX/i,
      );
    }
  }

  it('tells the history of a day from indexes, and what is over once', async () => {
    const history = new History(new HistoryStore(db), {
      types: ['building', 'person'],
    } as unknown as StateCounts);
    const day = await history.of(24, undefined, endsAt + 1);
    const sum = (of: 'submitted' | 'succeeded' | 'failed') =>
      day.points.reduce((total, point) => total + point[of], 0);
    // The step that has just begun shows nothing of them, so that the oldest one is missing.
    const expected = TASKS - TASKS / 96;
    for (const [of, share] of [
      ['submitted', 1],
      ['succeeded', 0.95],
      ['failed', 0.05],
    ] as const) {
      expect(sum(of) / (expected * share)).toBeCloseTo(1, 1);
    }
    expect(day.points[50]).toMatchObject({ wait_p50_s: 2, wait_p95_s: 2, run_p50_s: 5, run_p95_s: 5 });
    await expectIndexes();
    await history.of(24, undefined, endsAt + 1);
    expect((await watched.plans(db)).length).toBeLessThan(20);
    await history.of(24, 'person', endsAt + 1);
    await expectIndexes();
  });

  it('groups failures from one index', async () => {
    const store = new FailuresStore(db);
    const groups = await store.groups({});
    expect(groups.map(({ code, count }) => [code, count])).toEqual([
      ['bad_image', TASKS / 40],
      ['timed_out', TASKS / 40],
    ]);
    expect(groups[0]!.sample_ids).toHaveLength(4);
    await store.groups({ type: 'person', from: endsAt - 3_600_000, to: endsAt });
    const plans = await watched.plans(db);
    for (const { plan } of plans) expect(plan).toContain('tasks_failed');
  });

  it.each([
    ['nothing in particular', {}, 21],
    ['failed ones', { state: 'failed' }, 21],
    ['failed ones of a code and a type', { state: 'failed', failure: 'timed_out', type: 'person' }, 21],
    ['a state that nothing is in', { state: 'expired' }, 0],
    ['those of an owner who has none', { ownerId: 'nobody' }, 0],
    ['an album that there is not', { albumId: 'none' }, 0],
    ['discarded ones, of which there are none', { state: 'failed', discarded: true }, 0],
    ['a file name that one in 100,000 has', { words: { column: 'filename', part: 'photo 777.jpg' } }, 1],
    ['a client_ref', { words: { column: 'client_ref', value: 'box 777' } }, 1],
  ] as const)('looks for %s along an index, a window at a time', async (_what, sought, count) => {
    // Without a filter that an index is for, it walks along the ids.
    const seeks = count !== 21 || 'state' in sought;
    const walks = 'words' in sought && sought.words.column === 'filename';
    const { rows } = await search.find(sought, NEWEST, PAGE);
    expect(rows).toHaveLength(count);
    await expectIndexes(seeks && !walks);
    await search.find(sought, { order: 'oldest_first' }, PAGE);
    await expectIndexes(seeks && !walks);
  });

  it('knows at once what somebody may mean, and counts window by window', async () => {
    expect(await search.tell('box 4711')).toEqual({ column: 'client_ref', value: 'box 4711' });
    expect(await search.tell('0'.repeat(60).concat('1267'))).toMatchObject({ column: 'sha256' });
    expect(await search.tell('photo')).toEqual({ column: 'filename', part: 'photo' });
    expect(await search.count({ state: 'failed', discarded: false })).toBe(TASKS / 20);
    await expectIndexes();
  });

  it('knows where outcomes do not arrive', async () => {
    const store = new TroubledDeliveriesStore(db);
    expect(await store.hosts(0)).toEqual([]);
    expect(await store.counts(0)).toEqual({ pending: 0, failed: 0 });
  });
});
