import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';

/** One that was asked for once more may have the lowest id and yet have joined the line only now. */
const LOOKED_AT = 20;

/** Since when the task waits that has waited longest. */
@Injectable()
export class OldestWaitingStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /**
   * Milliseconds since 1970; undefined where nobody waits. Looks at the 20 tasks that were taken in first, so that it
   * costs the same in a line of a million; where all of these were put back in line later, others may have waited longer.
   */
  async since(type: string): Promise<number | undefined> {
    const rows = await this.db
      .selectFrom('tasks')
      .select('queued_at')
      .where('type', '=', type)
      .where('state', '=', 'queued')
      .orderBy('id')
      .limit(LOOKED_AT)
      .execute();
    return rows.length === 0 ? undefined : Math.min(...rows.map(({ queued_at: at }) => at));
  }
}
