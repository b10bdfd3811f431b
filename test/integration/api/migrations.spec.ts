import { Migrator, sql, type Migration } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrate } from '../../../apps/api/src/database/migrate.js';
import { tasks } from '../../../apps/api/src/database/migrations/0001-tasks.js';
import { delivery } from '../../../apps/api/src/database/migrations/0002-delivery.js';
import { openDatabase } from '../../../apps/api/src/database/open-database.js';
import { TaskLogStore } from '../../../apps/api/src/tasks/task-log.store.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { DATABASES } from './databases.js';
import { eventOf } from './sample-tasks.js';

const HELD = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';
const SENT = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3d';

const older = (id: string) => ({
  id,
  type: 'person',
  state: 'queued',
  priority: 0,
  filename: 'a.jpg',
  parameters: '{}',
  original: '{}',
  canonical: '{}',
  attempts: 0,
  created_at: 1,
  queued_at: 7,
});

describe.each(DATABASES)('a database of an older version on %s', (_, start) => {
  it('keeps its tasks, and which of them the broker has got, when it is brought up to date', async () => {
    const server = await start();
    onTestFinished(() => server.stop());
    const db = openDatabase(server.url);
    onTestFinished(() => db.destroy());
    const migrator = (migrations: Record<string, Migration>) =>
      new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
    const both = { '0001-tasks': tasks, '0002-delivery': delivery };
    expect((await migrator(both).migrateToLatest()).error).toBeUndefined();
    // What an older version has is not in the types of this one.
    for (const id of [HELD, SENT]) {
      await db
        .insertInto('tasks')
        .values(older(id) as never)
        .execute();
    }
    await sql`insert into outbox (task_id, message, priority, created_at) values (${HELD}, '{}', 0, 1)`.execute(
      db,
    );

    await migrate(db);
    const log = new TaskLogStore(db);
    const store = new TasksStore(db, log);
    const { canonical: _canonical, ...kept } = older(HELD);
    expect(await store.find(HELD)).toMatchObject({ ...kept, seq: 1, dispatched: null, deadline_at: null });
    expect(await store.find(SENT)).toMatchObject({ state: 'queued', dispatched: 7000, sent_class: 0 });
    expect(await log.ofTask(HELD)).toMatchObject([{ seq: 1, step: 'submitted', at: 1 }]);
    expect(await store.findOverdue(Date.now(), 10)).toEqual([]);
    const started = await store.apply(eventOf(kept, 'started'));
    expect(started?.row).toMatchObject({ state: 'running', run: 1, seq: 2 });
  });
});
