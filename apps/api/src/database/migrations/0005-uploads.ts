import type { Kysely, Migration } from 'kysely';

/** Uploads that may be interrupted, and albums that are made once however often they are asked for. */
export const uploads: Migration = { up, down };

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('uploads')
    .addColumn('id', 'varchar(36)', (column) => column.primaryKey())
    .addColumn('sender_id', 'varchar(36)', (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addColumn('metadata', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('uploads_sender').on('uploads').column('sender_id').execute();
  await db.schema.createIndex('uploads_age').on('uploads').column('created_at').execute();
  await db.schema.alterTable('albums').addColumn('idempotency_key', 'varchar(255)').execute();
  // Both dialects take any number of NULLs in a unique index.
  await db.schema
    .createIndex('albums_key')
    .unique()
    .on('albums')
    .columns(['owner_id', 'idempotency_key'])
    .execute();
}

/** Only forward: what these tables hold has no place in the older ones. */
function down(): Promise<void> {
  return Promise.reject(new Error('This migration cannot be taken back; restore a backup of the database.'));
}
