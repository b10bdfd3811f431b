import type { Kysely, Migration } from 'kysely';

/** Other systems: publishers of messages as owners, where outcomes go, and what has to be delivered. */
export const integration: Migration = { up, down };

const OWNER_COLUMNS = [
  ['amqp_user', 'varchar(255)'],
  ['webhook_url', 'text'],
  ['webhook_secrets', 'text'],
] as const;
const TASK_COLUMNS = [
  ['callback_url', 'text'],
  ['reply', 'text'],
  ['fingerprint', 'varchar(64)'],
] as const;

// SQLite alters a table by one column at a time.
async function up(db: Kysely<unknown>): Promise<void> {
  for (const [name, type] of OWNER_COLUMNS)
    await db.schema.alterTable('owners').addColumn(name, type).execute();
  // Both dialects take any number of NULLs in a unique index.
  await db.schema.createIndex('owners_amqp_user').unique().on('owners').column('amqp_user').execute();
  await db.schema.alterTable('albums').addColumn('callback_url', 'text').execute();
  for (const [name, type] of TASK_COLUMNS)
    await db.schema.alterTable('tasks').addColumn(name, type).execute();
  await createDeliveries(db);
}

async function createDeliveries(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('deliveries')
    .addColumn('id', 'varchar(36)', (column) => column.primaryKey())
    .addColumn('task_id', 'varchar(36)', (column) => column.notNull())
    .addColumn('owner_id', 'varchar(36)', (column) => column.notNull())
    .addColumn('channel', 'varchar(8)', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('host', 'varchar(300)', (column) => column.notNull())
    .addColumn('type', 'varchar(20)', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('state', 'varchar(12)', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('next_at', 'bigint')
    .addColumn('claimed_until', 'bigint', (column) => column.notNull())
    .addColumn('delivered_at', 'bigint')
    .execute();
  // By host: one with thousands that are due must not be walked through for each of the others.
  await db.schema
    .createIndex('deliveries_next')
    .on('deliveries')
    .columns(['state', 'host', 'next_at'])
    .execute();
  await db.schema.createIndex('deliveries_task').on('deliveries').column('task_id').execute();
  await db.schema.createIndex('deliveries_owner').on('deliveries').columns(['owner_id', 'id']).execute();
  await db.schema
    .createTable('delivery_attempts')
    .addColumn('delivery_id', 'varchar(36)', (column) =>
      column.notNull().references('deliveries.id').onDelete('cascade'),
    )
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('duration_ms', 'integer', (column) => column.notNull())
    .addColumn('status', 'integer')
    .addColumn('error', 'text')
    .addPrimaryKeyConstraint('delivery_attempts_key', ['delivery_id', 'attempt'])
    .execute();
}

/** Only forward: what these tables hold has no place in the older ones. */
function down(): Promise<void> {
  return Promise.reject(new Error('This migration cannot be taken back; restore a backup of the database.'));
}
