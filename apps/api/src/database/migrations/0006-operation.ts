import { PostgresAdapter, sql, type Kysely, type Migration } from 'kysely';

/** Running it: what operators have stopped, what they did, and the priority that they gave to an album. */
export const operation: Migration = { up, down };

async function up(db: Kysely<unknown>): Promise<void> {
  await createPauses(db);
  await createAuditLog(db);
  await db.schema.alterTable('albums').addColumn('priority', 'integer').execute();
  await makeTasksFindable(db);
  await makeDeliveriesFindable(db);
  await createOperations(db);
  await addTraces(db);
}

async function createPauses(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('pauses')
    .addColumn('scope', 'varchar(8)', (column) => column.notNull())
    .addColumn('name', 'varchar(100)', (column) => column.notNull())
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addColumn('by_id', 'varchar(36)', (column) => column.notNull())
    .addColumn('by_name', 'varchar(100)', (column) => column.notNull())
    .addColumn('note', 'text')
    .addPrimaryKeyConstraint('pauses_key', ['scope', 'name'])
    .execute();
}

async function createAuditLog(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('audit_log')
    .addColumn('id', 'varchar(36)', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('by_id', 'varchar(36)', (column) => column.notNull())
    .addColumn('by_name', 'varchar(100)', (column) => column.notNull())
    .addColumn('act', 'varchar(40)', (column) => column.notNull())
    .addColumn('subject', 'varchar(300)')
    .addColumn('details', 'text')
    .addColumn('count', 'integer')
    .addColumn('note', 'text')
    .execute();
}

/** What operators look for in a million tasks is in columns and indexes of its own. */
async function makeTasksFindable(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('tasks').addColumn('failure_code', 'varchar(40)').execute();
  await db.schema
    .alterTable('tasks')
    .addColumn('sha256', 'varchar(64)', (column) => column.notNull().defaultTo(''))
    .execute();
  await db.schema.alterTable('tasks').addColumn('discarded_at', 'bigint').execute();
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const member = (column: string, name: string) =>
    isPostgres
      ? sql`${sql.ref(column)}::json ->> ${sql.lit(name)}`
      : sql`json_extract(${sql.ref(column)}, ${sql.lit(`$.${name}`)})`;
  await sql`update tasks set sha256 = coalesce(${member('original', 'sha256')}, ''),
    failure_code = ${member('failure', 'code')}`.execute(db);
  await db.schema.createIndex('tasks_listed').on('tasks').columns(['state', 'id']).execute();
  await db.schema.createIndex('tasks_sha256').on('tasks').columns(['sha256', 'id']).execute();
  await db.schema
    .createIndex('tasks_client_ref')
    .on('tasks')
    .columns(['client_ref', 'id'])
    .where(sql.ref('client_ref'), 'is not', null)
    .execute();
  await db.schema
    .createIndex('tasks_in_album')
    .on('tasks')
    .columns(['album_id', 'id'])
    .where(sql.ref('album_id'), 'is not', null)
    .execute();
  await db.schema
    .createIndex('tasks_failed')
    .on('tasks')
    .columns(['failure_code', 'finished_at', 'type', 'id'])
    .where(sql.ref('state'), '=', sql.lit('failed'))
    .where(sql.ref('discarded_at'), 'is', null)
    .execute();
}

async function makeDeliveriesFindable(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('deliveries').addColumn('failed_at', 'bigint').execute();
  await sql`update deliveries set failed_at = coalesce(
    (select max(at) from delivery_attempts where delivery_id = deliveries.id), created_at)
    where state = 'failed'`.execute(db);
  await db.schema
    .createIndex('deliveries_failed')
    .on('deliveries')
    .columns(['failed_at', 'host'])
    .where(sql.ref('failed_at'), 'is not', null)
    .execute();
  // Few are in trouble, however many wait.
  await db.schema
    .createIndex('deliveries_troubled')
    .on('deliveries')
    .columns(['host', 'created_at'])
    .where(sql.ref('state'), '=', sql.lit('pending'))
    .where(sql.ref('attempts'), '>', sql.lit(1))
    .execute();
  await db.schema.createIndex('deliveries_state').on('deliveries').columns(['state', 'id']).execute();
  await db.schema.createIndex('deliveries_host').on('deliveries').columns(['host', 'id']).execute();
}

async function createOperations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operations')
    .addColumn('id', 'varchar(36)', (column) => column.primaryKey())
    .addColumn('kind', 'varchar(8)', (column) => column.notNull())
    .addColumn('match', 'text', (column) => column.notNull())
    .addColumn('total', 'integer', (column) => column.notNull())
    .addColumn('done', 'integer', (column) => column.notNull())
    .addColumn('skipped', 'integer', (column) => column.notNull())
    .addColumn('state', 'varchar(8)', (column) => column.notNull())
    .addColumn('per_second', 'integer', (column) => column.notNull())
    .addColumn('by_id', 'varchar(36)', (column) => column.notNull())
    .addColumn('by_name', 'varchar(100)', (column) => column.notNull())
    .addColumn('note', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('finished_at', 'bigint')
    .addColumn('reached', 'varchar(36)', (column) => column.notNull())
    .addColumn('batch', 'text')
    .addColumn('claimed_by', 'varchar(36)', (column) => column.notNull())
    .addColumn('claimed_until', 'bigint', (column) => column.notNull())
    .addColumn('swept', 'integer', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('operations_state').on('operations').columns(['state', 'id']).execute();
}

/** W3C trace context: of the request or message that made the task, and with it of what tells its outcome. */
async function addTraces(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('tasks').addColumn('traceparent', 'varchar(55)').execute();
  await db.schema.alterTable('tasks').addColumn('tracestate', 'text').execute();
  await db.schema.alterTable('deliveries').addColumn('traceparent', 'varchar(55)').execute();
}

/** Only forward: what these tables hold has no place in the older ones. */
function down(): Promise<void> {
  return Promise.reject(new Error('This migration cannot be taken back; restore a backup of the database.'));
}
