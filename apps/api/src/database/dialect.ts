import { PostgresAdapter } from 'kysely';
import type { Database } from './schema.js';

/** Whether the task database is PostgreSQL; else it is the embedded SQLite. */
export function isPostgres(db: Database): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}
