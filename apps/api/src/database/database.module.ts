import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { migrate } from './migrate.js';
import { openDatabase } from './open-database.js';
import type { Database } from './schema.js';

export const DATABASE = Symbol('DATABASE');

/** Much longer than any question takes; a connection into nowhere would else be waited for until TCP gives it up (15 min). */
const ANSWER_MS = 30_000;

/** The task database, migrated before anything uses it and closed after everything has. */
@Global()
@Module({
  providers: [
    {
      provide: DATABASE,
      inject: [API_ENV],
      useFactory: async (env: ApiEnv): Promise<Database> => {
        await bringUpToDate(env.databaseUrl);
        return openDatabase(env.databaseUrl, ANSWER_MS);
      },
    },
  ],
  exports: [DATABASE],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  async onApplicationShutdown(): Promise<void> {
    await this.db.destroy();
  }
}

/** On a large database that may take minutes. */
async function bringUpToDate(url: string): Promise<void> {
  const db = openDatabase(url);
  try {
    await migrate(db);
  } finally {
    await db.destroy();
  }
}
