import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import { isPostgres } from '../database/dialect.js';
import type { Database } from '../database/schema.js';
import { InTime } from '../in-time.js';
import { readGauge } from './read-gauge.js';

/** Whoever looks has to be told that the database is slow, and not to wait for it. */
const LIMIT_MS = 2_000;

/** How the database answers. */
export interface DatabaseState {
  /** How long it took for the smallest question, or has taken so far. */
  ms: number;
  /** Why it does not answer, as a phrase; null where it does, however late. */
  problem: string | null;
}

/** Whether the database can be used. One question serves all who look at the same time. */
@Injectable()
export class DatabaseProbe {
  private readonly smallest: InTime<true>;

  constructor(@Inject(DATABASE) db: Database) {
    this.smallest = new InTime(() => askSmallest(db), LIMIT_MS);
    readGauge({
      name: 'photo_repair_database_answer_seconds',
      help: 'How long the database took for the smallest question; absent where it did not answer within 2 s.',
      read: async () => {
        const { ms, problem } = await this.look();
        return problem !== null || ms >= LIMIT_MS ? [] : [[{}, ms / 1000]];
      },
    });
  }

  /** Takes 2 s at most. */
  async look(): Promise<DatabaseState> {
    const { ms, problem } = await this.smallest.read();
    const late = `no answer within ${LIMIT_MS / 1000} s`;
    return { ms, problem: problem ?? (ms >= LIMIT_MS ? late : null) };
  }
}

async function askSmallest(db: Database): Promise<true> {
  if (isPostgres(db)) {
    await db.selectFrom('tasks').select('id').limit(1).execute();
    return true;
  }
  // A file that another program has locked can be read all the same; a transaction takes it (`SqliteFile`).
  await db.transaction().execute(() => Promise.resolve());
  return true;
}
