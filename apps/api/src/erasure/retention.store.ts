import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database, TaskRow } from '../database/schema.js';

/** What has been kept for long enough. */
@Injectable()
export class RetentionStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  async expiredTasks(now: number, limit: number): Promise<TaskRow[]> {
    return this.db
      .selectFrom('tasks')
      .selectAll()
      .where('expires_at', '<=', now)
      .orderBy('expires_at')
      .limit(limit)
      .execute();
  }

  /** Forgets visitors that have not been seen since then and own nothing. @returns how many. */
  async removeVisitors(notSeenSince: number): Promise<number> {
    const { numDeletedRows } = await this.db
      .deleteFrom('owners')
      .where('kind', '=', 'visitor')
      .where('seen_at', '<', notSeenSince)
      .where('id', 'not in', (eb) => eb.selectFrom('tasks').select('tasks.owner_id'))
      .where('id', 'not in', (eb) => eb.selectFrom('albums').select('albums.owner_id'))
      .executeTakeFirstOrThrow();
    await this.db
      .deleteFrom('album_grants')
      .where('owner_id', 'not in', (eb) => eb.selectFrom('owners').select('owners.id'))
      .execute();
    return Number(numDeletedRows);
  }

  /** Those of these tasks that are known: there, or being erased. */
  async known(taskIds: readonly string[]): Promise<Set<string>> {
    if (taskIds.length === 0) return new Set();
    const there = this.db
      .selectFrom('tasks')
      .select('id')
      .where('id', 'in', [...taskIds]);
    const erased = this.db
      .selectFrom('erasures')
      .select('task_id as id')
      .where('task_id', 'in', [...taskIds]);
    const rows = await there.unionAll(erased).execute();
    return new Set(rows.map((row) => row.id));
  }

  /** When this database was made. */
  async bornAt(): Promise<number> {
    // The table belongs to the migrator of kysely and is none of `Tables`.
    const migrations = this.db.selectFrom('kysely_migration' as never).select('timestamp' as never);
    const rows = (await migrations.execute()) as { timestamp: string }[];
    return Math.min(...rows.map((row) => Date.parse(row.timestamp)));
  }
}
