import { sql, type Kysely, type Migration } from 'kysely';

/**
 * Owners, albums and their links; fair turns and the order in line; every step of a task. A task that waits is its own
 * outbox row from here on: it is handed to the broker when its turn comes.
 */
export const life: Migration = { up, down };

/** Tasks from before owners existed belong to nobody but the operators. */
const NOBODY = '00000000-0000-0000-0000-000000000000';
const NOT_NULL_COLUMNS = [
  ['owner_id', 'varchar(36)', NOBODY],
  ['seq', 'integer', 1],
  ['turn', sql`double precision`, 0],
  ['claimed_until', 'bigint', 0],
  ['again', 'integer', 0],
  ['expires_at', 'bigint', 0],
] as const;
const NULLABLE_COLUMNS = [
  ['album_id', 'varchar(36)'],
  ['album_index', 'integer'],
  ['client_ref', 'varchar(200)'],
  ['adjusted', 'text'],
  ['dispatched', 'bigint'],
  ['sent_class', 'integer'],
  ['retry_at', 'bigint'],
  ['estimate_from', 'bigint'],
  ['estimate_to', 'bigint'],
] as const;
const RETENTION_MS = 30 * 24 * 60 * 60 * 1000;

async function up(db: Kysely<unknown>): Promise<void> {
  await createOwners(db);
  await createAlbums(db);
  await extendTasks(db);
  await createLog(db);
  await createErasures(db);
}

async function createOwners(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('owners')
    .addColumn('id', 'varchar(36)', (column) => column.primaryKey())
    .addColumn('kind', 'varchar(8)', (column) => column.notNull())
    .addColumn('token_hash', 'varchar(64)', (column) => column.notNull().unique())
    .addColumn('name', 'varchar(100)', (column) => column.notNull())
    .addColumn('role', 'varchar(8)', (column) => column.notNull())
    .addColumn('group_name', 'varchar(40)')
    .addColumn('allowed_types', 'text')
    .addColumn('max_priority', 'integer', (column) => column.notNull())
    .addColumn('quota_bytes', 'bigint')
    .addColumn('requests_per_minute', 'integer')
    .addColumn('used_bytes', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .execute();
  await db.schema
    .createTable('groups')
    .addColumn('name', 'varchar(40)', (column) => column.primaryKey())
    .addColumn('task_types', 'text', (column) => column.notNull())
    .execute();
}

async function createAlbums(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('albums')
    .addColumn('id', 'varchar(36)', (column) => column.primaryKey())
    .addColumn('owner_id', 'varchar(36)', (column) => column.notNull())
    .addColumn('title', 'varchar(200)', (column) => column.notNull())
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('photos', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('albums_owner').on('albums').columns(['owner_id', 'id']).execute();
  await db.schema.createIndex('albums_expiry').on('albums').column('expires_at').execute();
  await db.schema
    .createTable('album_links')
    .addColumn('id', 'varchar(36)', (column) => column.primaryKey())
    .addColumn('album_id', 'varchar(36)', (column) =>
      column.notNull().references('albums.id').onDelete('cascade'),
    )
    .addColumn('token_hash', 'varchar(64)', (column) => column.notNull().unique())
    .addColumn('access', 'varchar(8)', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .execute();
  await db.schema.createIndex('album_links_album').on('album_links').column('album_id').execute();
  await db.schema
    .createTable('album_grants')
    .addColumn('owner_id', 'varchar(36)', (column) => column.notNull())
    .addColumn('link_id', 'varchar(36)', (column) =>
      column.notNull().references('album_links.id').onDelete('cascade'),
    )
    .addColumn('album_id', 'varchar(36)', (column) => column.notNull())
    .addPrimaryKeyConstraint('album_grants_key', ['owner_id', 'link_id'])
    .execute();
  await db.schema
    .createIndex('album_grants_album')
    .on('album_grants')
    .columns(['owner_id', 'album_id'])
    .execute();
}

// SQLite alters a table by one column at a time.
async function extendTasks(db: Kysely<unknown>): Promise<void> {
  for (const [name, type, initial] of NOT_NULL_COLUMNS) {
    await db.schema
      .alterTable('tasks')
      .addColumn(name, type, (column) => column.notNull().defaultTo(initial))
      .execute();
  }
  for (const [name, type] of NULLABLE_COLUMNS) {
    await db.schema.alterTable('tasks').addColumn(name, type).execute();
  }
  await sql`update tasks set expires_at = created_at + ${sql.lit(RETENTION_MS)}`.execute(db);
  // What the broker has got already was handed over in the order of the line.
  await sql`update tasks set dispatched = queued_at * 1000, sent_class = priority
    where state = 'queued' and id not in (select task_id from outbox)`.execute(db);
  await db.schema.dropTable('outbox').execute();
  await db.schema.alterTable('tasks').dropColumn('canonical').execute();
  for (const index of ['tasks_line', 'tasks_idempotency_key']) await db.schema.dropIndex(index).execute();
  await db.schema
    .createIndex('tasks_idempotency_key')
    .unique()
    .on('tasks')
    .columns(['owner_id', 'idempotency_key'])
    .execute();
  await db.schema
    .createIndex('tasks_waiting')
    .on('tasks')
    .columns(['type', 'id'])
    .where(sql.ref('state'), '=', sql.lit('queued'))
    .execute();
  await db.schema.createIndex('tasks_state').on('tasks').columns(['type', 'state']).execute();
  await db.schema
    .createIndex('tasks_finished')
    .on('tasks')
    .columns(['type', 'state', 'finished_at'])
    .execute();
  await db.schema.createIndex('tasks_owner').on('tasks').columns(['owner_id', 'id']).execute();
  await db.schema.createIndex('tasks_album').on('tasks').columns(['album_id', 'album_index']).execute();
  // Few have a claim, so that the index stays small however long the line is.
  await db.schema
    .createIndex('tasks_claimed')
    .on('tasks')
    .columns(['state', 'claimed_until'])
    .where(sql.ref('claimed_until'), '>', sql.lit(0))
    .execute();
  await db.schema.createIndex('tasks_album_state').on('tasks').columns(['album_id', 'state']).execute();
  await db.schema.createIndex('tasks_expiry').on('tasks').column('expires_at').execute();
}

async function createLog(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('task_log')
    .addColumn('task_id', 'varchar(36)', (column) =>
      column.notNull().references('tasks.id').onDelete('cascade'),
    )
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('album_id', 'varchar(36)')
    .addColumn('album_seq', 'integer')
    .addColumn('step', 'varchar(12)', (column) => column.notNull())
    .addColumn('state', 'varchar(16)', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('run', 'integer', (column) => column.notNull())
    .addColumn('actor', 'varchar(100)', (column) => column.notNull())
    .addColumn('gpu', 'varchar(100)')
    .addColumn('reason', 'varchar(40)')
    .addPrimaryKeyConstraint('task_log_key', ['task_id', 'seq'])
    .execute();
  await db.schema.createIndex('task_log_album').on('task_log').columns(['album_id', 'album_seq']).execute();
  await sql`insert into task_log (task_id, seq, step, state, at, attempt, run, actor)
    select id, 1, 'submitted', 'queued', created_at, 0, 0, 'api' from tasks`.execute(db);
}

async function createErasures(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('erasures')
    .addColumn('task_id', 'varchar(36)', (column) => column.primaryKey())
    .addColumn('original_key', 'varchar(200)', (column) => column.notNull())
    .addColumn('requested_at', 'bigint', (column) => column.notNull())
    .addColumn('next_at', 'bigint', (column) => column.notNull())
    .addColumn('rounds', 'integer', (column) => column.notNull())
    .addColumn('engine_done', 'integer', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('erasures_next').on('erasures').column('next_at').execute();
}

/** Only forward: what these tables hold has no place in the older ones. */
function down(): Promise<void> {
  return Promise.reject(new Error('This migration cannot be taken back; restore a backup of the database.'));
}
