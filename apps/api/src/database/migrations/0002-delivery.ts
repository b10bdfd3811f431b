import type { Kysely, Migration } from 'kysely';

/** What keeps a task from being lost, made twice, or waiting for ever: runs, waiting limits, keys of callers, claims. */
export const delivery: Migration = { up, down };

// SQLite alters a table by one column at a time.
async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('tasks')
    .addColumn('run', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable('tasks').addColumn('deadline_at', 'bigint').execute();
  await db.schema.alterTable('tasks').addColumn('idempotency_key', 'varchar(255)').execute();
  // Both dialects take any number of NULLs in a unique index.
  await db.schema
    .createIndex('tasks_idempotency_key')
    .unique()
    .on('tasks')
    .column('idempotency_key')
    .execute();
  await db.schema.createIndex('tasks_deadline').on('tasks').columns(['state', 'deadline_at', 'id']).execute();
  await db.schema
    .alterTable('outbox')
    .addColumn('claimed_until', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
}

async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('outbox').dropColumn('claimed_until').execute();
  await db.schema.dropIndex('tasks_deadline').execute();
  await db.schema.dropIndex('tasks_idempotency_key').execute();
  for (const column of ['idempotency_key', 'deadline_at', 'run']) {
    await db.schema.alterTable('tasks').dropColumn(column).execute();
  }
}
