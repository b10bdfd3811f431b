import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { migrate } from './migrate.js';
import { openDatabase } from './open-database.js';
import type { Database } from './schema.js';

export const DATABASE = Symbol('DATABASE');

/** The task database, migrated before anything uses it and closed after everything has. */
@Global()
@Module({
  providers: [
    {
      provide: DATABASE,
      inject: [API_ENV],
      useFactory: async (env: ApiEnv): Promise<Database> => {
        const db = openDatabase(env.databaseUrl);
        await migrate(db);
        return db;
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
