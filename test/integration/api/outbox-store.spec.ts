import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../../apps/api/src/database/migrate.js';
import { openDatabase } from '../../../apps/api/src/database/open-database.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { OutboxStore } from '../../../apps/api/src/outbox/outbox.store.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { DATABASES, type TestDatabase } from './databases.js';
import { insertTask, newTask } from './sample-tasks.js';

describe.each(DATABASES)('OutboxStore on %s', (_name, start) => {
  let server: TestDatabase;
  let db: Database;
  let tasks: TasksStore;
  let outbox: OutboxStore;

  beforeAll(async () => {
    server = await start();
    db = openDatabase(server.url);
    await migrate(db);
    tasks = new TasksStore(db);
    outbox = new OutboxStore(db);
  });
  beforeEach(() => db.deleteFrom('tasks').execute());

  afterAll(async () => {
    await db.destroy();
    await server.stop();
  });

  async function insert(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let made = 0; made < count; made += 1) {
      const at = new Date(Date.UTC(2026, 0, 1, 0, 0, Math.trunc(made / 2))).toISOString();
      ids.push((await insertTask(tasks, newTask({ at, deadlineAt: made }))).id);
    }
    return ids;
  }

  const idsOf = (messages: readonly { taskId: string }[]) => messages.map(({ taskId }) => taskId);

  it('hands the oldest out first, a window at a time, each message once', async () => {
    const ids = await insert(5);
    const first = await outbox.claim(2);
    expect(idsOf(first)).toEqual(ids.slice(0, 2));
    expect(first.map(({ deadlineAt }) => deadlineAt)).toEqual([0, 1]);
    expect(idsOf(await outbox.claim(2))).toEqual(ids.slice(2, 4));
    expect(idsOf(await outbox.claim(2))).toEqual(ids.slice(4));
    expect(await outbox.claim(2)).toEqual([]);
  });

  it('goes on behind the last one within a pass, so that what was let go of holds up no other', async () => {
    const ids = await insert(3);
    const [stuck] = await outbox.claim(1);
    await outbox.release([stuck!]);
    expect(idsOf(await outbox.claim(5, stuck))).toEqual(ids.slice(1));
    expect(idsOf(await outbox.claim(5))).toEqual(ids.slice(0, 1));
  });

  it('takes up what somebody claimed and did not finish, after the claim', async () => {
    const ids = await insert(2);
    const now = Date.now();
    expect(await outbox.claim(5, undefined, now)).toHaveLength(2);
    expect(await outbox.claim(5, undefined, now + 9_999)).toEqual([]);
    expect(idsOf(await outbox.claim(5, undefined, now + 10_000))).toEqual(ids);
  });

  it('does not let go of what another has claimed since', async () => {
    await insert(1);
    const now = Date.now();
    const dead = await outbox.claim(1, undefined, now);
    expect(await outbox.claim(1, undefined, now + 10_000)).toHaveLength(1);
    await outbox.release(dead);
    expect(await outbox.claim(1, undefined, now + 15_001)).toEqual([]);
  });

  it('starts with nothing claimed where nobody else can be alive', async () => {
    const ids = await insert(2);
    await outbox.claim(2);
    await outbox.releaseAll();
    expect(idsOf(await outbox.claim(2))).toEqual(ids);
  });

  it('drops what has ended meanwhile, and what was taken away by hand', async () => {
    const [ended, fine] = await insert(2);
    await db.updateTable('tasks').set({ state: 'cancelled' }).where('id', '=', ended!).execute();
    expect(idsOf(await outbox.claim(5))).toEqual([fine]);
    expect(await outbox.taskIds()).toEqual([fine]);
  });

  it('gives each message to one of many who ask at the same time', async () => {
    const ids = await insert(60);
    const windows = await Promise.all(Array.from({ length: 12 }, () => outbox.claim(10)));
    const given = windows.flatMap(idsOf);
    expect(new Set(given).size).toBe(given.length);
    const rest = idsOf(await outbox.claim(100));
    expect([...given, ...rest].toSorted()).toEqual(ids.toSorted());
  });
});
