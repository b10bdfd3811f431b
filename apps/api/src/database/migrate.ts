import { Migrator } from 'kysely';
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

/**
 * Brings the tables up to date. Kysely holds a lock meanwhile, so that several API instances may start at once.
 * @throws Error with the name of the migration that failed; nothing of it is kept.
 */
export async function migrate(db: Database): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find((result) => result.status === 'Error')?.migrationName;
  const reason = error instanceof Error ? error.message || error.name : JSON.stringify(error);
  if (failed === undefined) throw new Error(`The database cannot be used (DATABASE_URL): ${reason}.`);
  throw new Error(`The database could not be brought up to date (migration ${failed}): ${reason}.`);
}
