import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { readGauge } from './read-gauge.js';

/** Whether the database answers, asked when Prometheus scrapes. */
@Injectable()
export class DatabaseMetrics {
  constructor(@Inject(DATABASE) db: Database) {
    const answer = async (): Promise<number> => {
      const startedMs = performance.now();
      await db.selectFrom('tasks').select('id').limit(1).execute();
      return (performance.now() - startedMs) / 1000;
    };
    readGauge({
      name: 'photo_repair_database_answer_seconds',
      help: 'How long the database took for the smallest question; absent where it did not answer within 2 s.',
      read: async () => [[{}, await answer()]],
    });
  }
}
