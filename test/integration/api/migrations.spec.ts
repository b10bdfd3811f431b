import { Migrator } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrate } from '../../../apps/api/src/database/migrate.js';
import { tasks } from '../../../apps/api/src/database/migrations/0001-tasks.js';
import { delivery } from '../../../apps/api/src/database/migrations/0002-delivery.js';
import { openDatabase } from '../../../apps/api/src/database/open-database.js';
import { OutboxStore } from '../../../apps/api/src/outbox/outbox.store.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { DATABASES } from './databases.js';
import { eventOf } from './sample-tasks.js';

const ID = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';

describe.each(DATABASES)('a database of an older version on %s', (_, start) => {
  it('keeps its tasks and their messages when it is brought up to date, and when it is taken back', async () => {
    const server = await start();
    onTestFinished(() => server.stop());
    const db = openDatabase(server.url);
    onTestFinished(() => db.destroy());
    const migrator = (migrations: Record<string, typeof tasks>) =>
      new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
    expect((await migrator({ '0001-tasks': tasks }).migrateToLatest()).error).toBeUndefined();
    const row = {
      id: ID,
      type: 'person',
      state: 'queued',
      priority: 0,
      filename: 'a.jpg',
      parameters: '{}',
      original: '{}',
      canonical: '{}',
      attempts: 0,
      created_at: 1,
      queued_at: 1,
    } as const;
    // What an older version leaves out is not in the types of this one.
    await db
      .insertInto('tasks')
      .values(row as never)
      .execute();
    await db
      .insertInto('outbox')
      .values({ task_id: ID, message: '{}', priority: 0, created_at: 1 } as never)
      .execute();

    await migrate(db);
    const store = new TasksStore(db);
    expect(await store.find(ID)).toMatchObject({ ...row, run: 0, deadline_at: null, idempotency_key: null });
    expect(await new OutboxStore(db).claim(10)).toMatchObject([{ taskId: ID, deadlineAt: null }]);
    expect(await store.findOverdue(Date.now(), 10)).toEqual([]);
    expect(await store.apply(eventOf(row, 'started'))).toMatchObject({ state: 'running', run: 1 });

    const both = migrator({ '0001-tasks': tasks, '0002-delivery': delivery });
    expect((await both.migrateDown()).error).toBeUndefined();
    const older = await db.selectFrom('tasks').selectAll().execute();
    expect(older).toMatchObject([{ id: ID, state: 'running' }]);
    expect(older[0]).not.toHaveProperty('run');
  });
});
