import { openArtifactStore } from '@app/artifact-store';
import { sql } from 'kysely';
import { constants, createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { MIGRATION_NAMES, newerDatabase } from '../database/migrate.js';
import { openDatabase } from '../database/open-database.js';
import type { Database } from '../database/schema.js';
import type { ApiEnv } from '../env.js';
import { checkFile, flush, listed, readNote, type BackupNote } from './backup-folder.js';
import { BackupError } from './backup.errors.js';
import { postgresProgram } from './database-program.js';
import { SECRETS } from './secrets.js';

type Env = Pick<ApiEnv, 'databaseUrl' | 'dataDir' | 'artifacts'>;

/**
 * Puts a backup into an installation that has no database yet and does not run: the artifacts first, each compared with
 * its SHA-256, and the database last, all of it in one step. What was interrupted is done again from the beginning.
 * @throws BackupError, and the database is not there then.
 */
export async function restoreBackup(env: Env, source: string): Promise<BackupNote> {
  const folder = resolve(source);
  const note = await readNote(folder);
  const unknown = note.migrations.find((name) => !MIGRATION_NAMES.includes(name));
  if (unknown !== undefined) throw new BackupError(newerDatabase(unknown));
  const isFile = env.databaseUrl.startsWith('file:');
  if (isFile !== (note.database.name === 'database.sqlite')) {
    const kind = isFile ? 'PostgreSQL' : 'the embedded database';
    throw new BackupError(`The backup is of ${kind}, which DATABASE_URL does not name.`);
  }
  await refuseIfUsed(env);
  for (const file of [note.database, note.list]) await checkFile(folder, file);
  await restoreArtifacts(env, folder, note);
  await restoreSecrets(env, folder);
  const passedMs = Math.max(0, Date.now() - Date.parse(note.madeAt));
  if (isFile) await restoreFile(env, folder, passedMs);
  else {
    const path = join(folder, note.database.name);
    await postgresProgram('pg_restore', env.databaseUrl, ['--single-transaction', '--no-owner', path]);
    await inDatabase(env.databaseUrl, (db) => moveLimits(db, passedMs));
  }
  return note;
}

async function refuseIfUsed({ databaseUrl }: Env): Promise<void> {
  if (databaseUrl.startsWith('file:')) {
    const path = databaseUrl.slice('file:'.length);
    if (!existsSync(path)) return;
    throw new BackupError(`There is a database already: ${path}. Stop the system and move it away first.`);
  }
  const tables = await inDatabase(databaseUrl, (db) => db.introspection.getTables());
  if (tables.length === 0) return;
  throw new BackupError('The database that DATABASE_URL names is not empty. Name a fresh one.');
}

async function restoreArtifacts({ artifacts }: Env, folder: string, note: BackupNote): Promise<void> {
  const store = await openArtifactStore(artifacts);
  await store.prepare();
  const missing = new Set(note.missing);
  for await (const { key, sha256, mediaType } of listed(folder)) {
    if (missing.has(key)) continue;
    const path = join(folder, 'artifacts', key);
    if (!existsSync(path)) throw new BackupError(`The backup is damaged: ${key} is not there.`);
    const stored = await store.put(key, createReadStream(path), mediaType);
    if (stored.sha256 === sha256) continue;
    await store.delete(key);
    throw new BackupError(`The backup is damaged: ${key} is not as it was written.`);
  }
}

/** What is there already stays. */
async function restoreSecrets({ dataDir }: Env, folder: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  for (const name of SECRETS) {
    const from = join(folder, 'secrets', name);
    if (!existsSync(from) || existsSync(join(dataDir, name))) continue;
    await copyFile(from, join(dataDir, name), constants.COPYFILE_EXCL);
  }
}

async function restoreFile({ databaseUrl }: Env, folder: string, passedMs: number): Promise<void> {
  const path = databaseUrl.slice('file:'.length);
  const part = `${path}.restoring`;
  await mkdir(dirname(path), { recursive: true });
  // The log of an earlier database of this name would be taken for that of this one.
  for (const stale of [part, `${part}-wal`, `${part}-shm`, `${path}-wal`, `${path}-shm`]) {
    await rm(stale, { force: true });
  }
  await copyFile(join(folder, 'database.sqlite'), part);
  await inDatabase(`file:${part}`, async (db) => {
    await moveLimits(db, passedMs);
    await sql`pragma wal_checkpoint(truncate)`.execute(db);
  });
  await flush(part);
  await rename(part, path);
  await flush(dirname(path));
}

/** The time since the backup is no time that photos have waited. */
async function moveLimits(db: Database, passedMs: number): Promise<void> {
  await db
    .updateTable('tasks')
    .set((eb) => ({ deadline_at: eb('deadline_at', '+', passedMs) }))
    .where('state', '=', 'queued')
    .where('deadline_at', 'is not', null)
    .execute();
}

async function inDatabase<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = openDatabase(url);
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}
