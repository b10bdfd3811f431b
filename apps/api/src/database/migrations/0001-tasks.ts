import type { Kysely, Migration } from 'kysely';

/** Tasks, and the messages that have to reach the broker. */
export const tasks: Migration = { up, down };

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('tasks')
    .addColumn('id', 'varchar(36)', (column) => column.primaryKey())
    .addColumn('type', 'varchar(40)', (column) => column.notNull())
    .addColumn('state', 'varchar(16)', (column) => column.notNull())
    .addColumn('priority', 'integer', (column) => column.notNull())
    .addColumn('filename', 'varchar(255)', (column) => column.notNull())
    .addColumn('parameters', 'text', (column) => column.notNull())
    .addColumn('original', 'text', (column) => column.notNull())
    .addColumn('canonical', 'text', (column) => column.notNull())
    .addColumn('result', 'text')
    .addColumn('engine', 'text')
    .addColumn('failure', 'text')
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('queued_at', 'bigint', (column) => column.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('finished_at', 'bigint')
    .execute();
  await db.schema
    .createIndex('tasks_line')
    .on('tasks')
    .columns(['type', 'state', 'priority', 'queued_at', 'id'])
    .execute();
  await db.schema
    .createTable('outbox')
    .addColumn('task_id', 'varchar(36)', (column) =>
      column.primaryKey().references('tasks.id').onDelete('cascade'),
    )
    .addColumn('message', 'text', (column) => column.notNull())
    .addColumn('priority', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('outbox_order').on('outbox').columns(['created_at', 'task_id']).execute();
}

async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('outbox').execute();
  await db.schema.dropTable('tasks').execute();
}
