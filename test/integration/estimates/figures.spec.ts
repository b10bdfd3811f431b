import { createLogger } from '@app/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../../apps/api/src/database/migrate.js';
import { openDatabase } from '../../../apps/api/src/database/open-database.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { FinishedTasksStore } from '../../../apps/api/src/estimates/finished-tasks.store.js';
import { FirstEstimates } from '../../../apps/api/src/estimates/first-estimates.js';
import { OldestWaitingStore } from '../../../apps/api/src/metrics/oldest-waiting.store.js';
import { StateCounts } from '../../../apps/api/src/metrics/state-counts.js';
import { TaskLogStore } from '../../../apps/api/src/tasks/task-log.store.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { DATABASES, type TestDatabase } from '../api/databases.js';
import { eventOf, insertTask, newTask } from '../api/sample-tasks.js';

const logger = createLogger('test', 'silent');

describe.each(DATABASES)('what is read for figures from %s', (_name, start) => {
  let server: TestDatabase;
  let db: Database;
  let tasks: TasksStore;

  beforeAll(async () => {
    server = await start();
    db = openDatabase(server.url);
    await migrate(db);
    tasks = new TasksStore(db, new TaskLogStore(db));
  });

  afterAll(async () => {
    await db.destroy();
    await server.stop();
  });

  it('the last ended tasks of a type, of each outcome, in the order in which they ended', async () => {
    const ended: string[] = [];
    for (const [index, kind] of (['succeeded', 'failed', 'succeeded', 'succeeded'] as const).entries()) {
      const row = await insertTask(tasks, newTask({ type: 'ended' }));
      const at = (ms: number) => ({ at: new Date(1_000_000 + index * 1000 + ms).toISOString() });
      await tasks.apply(eventOf(row, 'started', at(0)));
      await tasks.apply(eventOf(row, kind, at(700)));
      ended.push(row.id);
    }
    await insertTask(tasks, newTask({ type: 'ended' }));
    const latest = await new FinishedTasksStore(db).latest('ended', 2);
    expect(latest.map(({ id }) => id)).toEqual([ended[1], ended[2], ended[3]]);
    expect(latest.map(({ started_at: from, finished_at: to }) => to! - from!)).toEqual([700, 700, 700]);
  });

  it('since when the task waits that has waited longest, also where the first one was put back', async () => {
    const oldest = new OldestWaitingStore(db);
    expect(await oldest.since('waiting')).toBeUndefined();
    const first = await insertTask(tasks, newTask({ type: 'waiting', createdAt: 1000 }));
    await insertTask(tasks, newTask({ type: 'waiting', createdAt: 2000 }));
    expect(await oldest.since('waiting')).toBe(1000);
    await tasks.apply(eventOf(first, 'started', { at: new Date(3000).toISOString() }));
    await tasks.apply(eventOf(first, 'retrying', { at: new Date(9000).toISOString() }));
    expect(await oldest.since('waiting')).toBe(2000);
  });

  it('how many tasks are in each state, moved by what is told', async () => {
    await insertTask(tasks, newTask({ type: 'counted' }));
    await insertTask(tasks, newTask({ type: 'counted' }));
    const counts = new StateCounts(db, logger);
    await counts.onModuleInit();
    expect(counts.of('counted', 'queued')).toBe(2);
    counts.moved('counted', null, 'queued');
    counts.moved('counted', 'queued', 'running');
    counts.moved('counted', 'queued', null);
    counts.moved('fresh', null, 'queued');
    expect([counts.of('counted', 'queued'), counts.of('counted', 'running')]).toEqual([1, 1]);
    expect(counts.of('fresh', 'queued')).toBe(1);
    counts.beforeApplicationShutdown();
  });

  it('first estimates, written down together and at the latest when the process ends', async () => {
    const rows = [await insertTask(tasks), await insertTask(tasks)];
    const first = new FirstEstimates(db, logger);
    for (const [index, row] of rows.entries()) first.keep(row.id, { from: 10 + index, to: 20 + index });
    expect(first.of(rows[0]!)).toEqual({ from: 10, to: 20 });
    expect(await tasks.find(rows[0]!.id)).toMatchObject({ estimate_from: null });
    await first.beforeApplicationShutdown();
    expect(await tasks.find(rows[0]!.id)).toMatchObject({ estimate_from: 10, estimate_to: 20 });
    expect(first.of((await tasks.find(rows[1]!.id))!)).toEqual({ from: 11, to: 21 });
  });
});
