import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../../apps/api/src/database/migrate.js';
import { openDatabase } from '../../../apps/api/src/database/open-database.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { HandOverStore } from '../../../apps/api/src/line/hand-over.store.js';
import { TaskLogStore } from '../../../apps/api/src/tasks/task-log.store.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { DATABASES, type TestDatabase } from './databases.js';
import { eventOf, insertTask } from './sample-tasks.js';

describe.each(DATABASES)('HandOverStore on %s', (_name, start) => {
  let server: TestDatabase;
  let db: Database;
  let tasks: TasksStore;
  let handOvers: HandOverStore;
  let log: TaskLogStore;

  beforeAll(async () => {
    server = await start();
    db = openDatabase(server.url);
    await migrate(db);
    log = new TaskLogStore(db);
    tasks = new TasksStore(db, log);
    handOvers = new HandOverStore(db, log);
  });
  beforeEach(() => db.deleteFrom('tasks').execute());

  afterAll(async () => {
    await db.destroy();
    await server.stop();
  });

  async function insert(count: number) {
    const rows = [];
    for (let made = 0; made < count; made += 1) rows.push(await insertTask(tasks));
    return rows;
  }

  const wanted = (rows: readonly { id: string }[]) =>
    rows.map(({ id }, index) => ({ id, order: 1000 + index, brokerClass: 2 }));
  const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

  it('writes the place in the broker down as a step, once', async () => {
    const rows = await insert(3);
    const taken = await handOvers.take(wanted(rows));
    expect(taken.map(({ row }) => [row.id, row.dispatched, row.sent_class, row.seq])).toEqual(
      rows.map(({ id }, index) => [id, 1000 + index, 2, 2]),
    );
    expect(await tasks.find(rows[0]!.id)).toEqual(taken[0]!.row);
    expect((await log.ofTask(rows[0]!.id)).map(({ step }) => step)).toEqual(['submitted', 'dispatched']);
    expect(await handOvers.take(wanted(rows))).toEqual([]);
  });

  it('leaves what does not wait any more', async () => {
    const [began, waits] = await insert(2);
    await tasks.apply(eventOf(began!, 'started'));
    expect((await handOvers.take(wanted([began!, waits!]))).map(({ row }) => row.id)).toEqual([waits!.id]);
  });

  it('publishes again what was not confirmed, in the order of the hand-overs, after the claim', async () => {
    const rows = await insert(3);
    const now = Date.now();
    await handOvers.take(wanted(rows.toReversed()), now);
    await handOvers.confirm([rows[1]!.id]);
    expect(await handOvers.unconfirmed()).toBe(2);
    expect(await handOvers.takeUnconfirmed(5, now + 9_999)).toEqual([]);
    const again = await handOvers.takeUnconfirmed(5, now + 10_000);
    expect(idsOf(again).toSorted()).toEqual([rows[0]!.id, rows[2]!.id].toSorted());
    expect(await handOvers.takeUnconfirmed(5, now + 10_001)).toEqual([]);
  });

  it('publishes at once what was let go of, and nothing that has ended', async () => {
    const rows = await insert(2);
    await handOvers.take(wanted(rows));
    await handOvers.release(idsOf(rows));
    await tasks.apply(eventOf(rows[0]!, 'cancelled', { run: 0 }));
    expect(idsOf(await handOvers.takeUnconfirmed(5))).toEqual([rows[1]!.id]);
    expect(await handOvers.unconfirmed()).toBe(1);
  });

  it.each(['requeued', 'retrying'] as const)(
    'does not publish again what a worker has begun, %s or not',
    async (kind) => {
      const rows = await insert(2);
      await handOvers.take(wanted(rows));
      // The confirm got lost; and somebody else believed that the message had.
      await tasks.apply(eventOf(rows[0]!, 'started'));
      await handOvers.release([rows[0]!.id]);
      await tasks.apply(eventOf(rows[0]!, kind));
      await tasks.apply(eventOf(rows[1]!, kind));
      await handOvers.releaseAll();
      expect(await handOvers.takeUnconfirmed(5)).toEqual([]);
    },
  );

  it('publishes nothing that nobody has handed over', async () => {
    const rows = await insert(1);
    await handOvers.release(idsOf(rows));
    expect(await handOvers.takeUnconfirmed(5)).toEqual([]);
  });

  it('starts with nothing claimed where nobody else can be alive', async () => {
    const rows = await insert(2);
    await handOvers.take(wanted(rows));
    expect(await handOvers.takeUnconfirmed(5)).toEqual([]);
    await handOvers.releaseAll();
    expect(idsOf(await handOvers.takeUnconfirmed(5)).toSorted()).toEqual(idsOf(rows).toSorted());
  });

  it('gives each task to one of many who ask at the same time', async () => {
    const rows = await insert(30);
    const all = await Promise.all(Array.from({ length: 6 }, () => handOvers.take(wanted(rows))));
    expect(idsOf(all.flat().map(({ row }) => row)).toSorted()).toEqual(idsOf(rows).toSorted());
    await handOvers.release(idsOf(rows));
    const again = await Promise.all(Array.from({ length: 6 }, () => handOvers.takeUnconfirmed(10)));
    const given = idsOf(again.flat());
    expect(new Set(given).size).toBe(given.length);
    const rest = idsOf(await handOvers.takeUnconfirmed(100));
    expect([...given, ...rest].toSorted()).toEqual(idsOf(rows).toSorted());
  });
});
