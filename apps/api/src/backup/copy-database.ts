import { artifactRefSchema } from '@app/contracts';
import SqliteDatabase from 'libsql';
import { Kysely, sql, SqliteDialect } from 'kysely';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isPostgres } from '../database/dialect.js';
import type { Database, Tables } from '../database/schema.js';
import type { BackedUp, BackupFile, BackupNote } from './backup-folder.js';
import { postgresProgram } from './database-program.js';

const PAGE = 1000;

/** What a copy of the database says, and what has to lie beside it. */
export type CopiedDatabase = Pick<BackupNote, 'migrations' | 'tasks' | 'madeAt'> & {
  file: BackupFile['name'];
};

/**
 * Copies the database as it is at one moment, while others use it, and gives every artifact that this copy names to
 * `named`. SQLite copies itself (`VACUUM INTO`, in one reading transaction); for PostgreSQL `pg_dump` reads the snapshot of
 * a transaction that the artifacts are read in, too.
 */
export async function copyDatabase(
  db: Database,
  databaseUrl: string,
  folder: string,
  named: (artifact: BackedUp) => Promise<void>,
): Promise<CopiedDatabase> {
  const madeAt = new Date().toISOString();
  if (!isPostgres(db)) {
    const path = join(folder, 'database.sqlite');
    await rm(path, { force: true });
    await sql`vacuum into ${path}`.execute(db);
    const copy = new Kysely<Tables>({
      dialect: new SqliteDialect({ database: new SqliteDatabase(path, { readonly: true }) }),
    });
    try {
      return { madeAt, file: 'database.sqlite', ...(await readCopy(copy, named)) };
    } finally {
      await copy.destroy();
    }
  }
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (transaction) => {
      const snapshot = await sql<{ id: string }>`select pg_export_snapshot() as id`.execute(transaction);
      await postgresProgram('pg_dump', databaseUrl, [
        '--format=custom',
        '--no-owner',
        '--no-privileges',
        `--snapshot=${snapshot.rows[0]!.id}`,
        `--file=${join(folder, 'database.pgdump')}`,
      ]);
      return { madeAt, file: 'database.pgdump' as const, ...(await readCopy(transaction, named)) };
    });
}

async function readCopy(
  db: Database,
  named: (artifact: BackedUp) => Promise<void>,
): Promise<Pick<CopiedDatabase, 'migrations' | 'tasks'>> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  const counts = await db
    .selectFrom('tasks')
    .select(['state', (eb) => eb.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute();
  await eachArtifact(db, named);
  return {
    migrations: rows.map(({ name }) => name),
    tasks: Object.fromEntries(counts.map(({ state, count }) => [state, count])),
  };
}

async function eachArtifact(db: Database, named: (artifact: BackedUp) => Promise<void>): Promise<void> {
  for (let after = ''; ;) {
    const page = await db
      .selectFrom('tasks')
      .select(['id', 'original', 'result'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(PAGE)
      .execute();
    for (const { original, result } of page) {
      for (const text of [original, result]) {
        if (text === null) continue;
        const { key, bytes, sha256, mediaType } = artifactRefSchema.parse(JSON.parse(text));
        await named({ key, bytes, sha256, mediaType });
      }
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.id;
  }
}
