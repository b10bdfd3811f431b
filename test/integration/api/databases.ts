import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivatePostgres } from '../../support/private-postgres.js';

/** A database of a test's own. */
export interface TestDatabase {
  url: string;
  stop: () => Promise<void>;
}

/** Both databases by name, each started by a call. */
export const DATABASES: [string, () => Promise<TestDatabase>][] = [
  [
    'the embedded database',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'photo-repair-store-'));
      return { url: `file:${join(folder, 'tasks.db')}`, stop: () => rm(folder, { recursive: true }) };
    },
  ],
  [
    'PostgreSQL',
    async () => {
      const postgres = await PrivatePostgres.start();
      return { url: postgres.url, stop: () => postgres.stop() };
    },
  ],
];
