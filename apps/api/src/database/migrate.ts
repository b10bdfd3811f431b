import { Migrator, sql } from 'kysely';
import { tasks } from './migrations/0001-tasks.js';
import { delivery } from './migrations/0002-delivery.js';
import { life } from './migrations/0003-life.js';
import { integration } from './migrations/0004-integration.js';
import { uploads } from './migrations/0005-uploads.js';
import { operation } from './migrations/0006-operation.js';
import type { Database } from './schema.js';

/** Every migration, in the order of its name. A released one is never changed; a new one is added. */
const MIGRATIONS = {
  '0001-tasks': tasks,
  '0002-delivery': delivery,
  '0003-life': life,
  '0004-integration': integration,
  '0005-uploads': uploads,
  '0006-operation': operation,
};

/** The names of all migrations that this version knows, the first one first. */
export const MIGRATION_NAMES: readonly string[] = Object.keys(MIGRATIONS);

/**
 * Brings the tables up to date. Kysely holds a lock meanwhile, so that several API instances may start at once.
 * @throws Error with the name of the migration that failed; nothing of it is kept.
 */
export async function migrate(db: Database): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const [unknown] = await unknownMigrations(db);
  if (unknown !== undefined) throw new Error(newerDatabase(unknown));
  const failed = results?.find((result) => result.status === 'Error')?.migrationName;
  const reason = error instanceof Error ? error.message || error.name : JSON.stringify(error);
  if (failed === undefined) throw new Error(`The database cannot be used (DATABASE_URL): ${reason}.`);
  throw new Error(`The database could not be brought up to date (migration ${failed}): ${reason}.`);
}

/** What is said of a database, or a backup of one, that a newer version has brought up to date. */
export function newerDatabase(migration: string): string {
  return (
    `The database is of a newer version of photo-repair than this one, which does not know ${migration}. ` +
    'Start the newer version again, or restore the backup that was made before it (docs/BACKUP.md).'
  );
}

/** Of the migrations that were run on this database, those that this version does not know; none where it cannot be read. */
async function unknownMigrations(db: Database): Promise<string[]> {
  try {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
    return rows.map(({ name }) => name).filter((name) => !MIGRATION_NAMES.includes(name));
  } catch {
    return [];
  }
}
