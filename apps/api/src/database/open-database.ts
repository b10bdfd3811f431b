import { Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { PostgresConnections } from './postgres-connections.js';
import type { Database, Tables } from './schema.js';
import { SqliteFile } from './sqlite-file.js';

/** How long SQLite waits for another program that has the file locked. */
const BUSY_MS = 5_000;
/** While it waits nothing else is done in this process, not even `/livez`, and several want to write each second. */
const BUSY_IN_SERVICE_MS = 100;

/**
 * Opens the task database: `postgres://…`, or `file:PATH` for the embedded SQLite (made if absent).
 *
 * SQLite runs in WAL mode with an fsync for every commit (`synchronous=FULL`): a 202 must survive a crash. One
 * process may have it open; several API instances need PostgreSQL. Nothing is asked of the server yet.
 *
 * @param answerMs for a process that serves others meanwhile: how long PostgreSQL may take for one question before its
 * connection is given up, and no long wait for a locked file. Without it, as long as it likes.
 */
export function openDatabase(url: string, answerMs?: number): Database {
  if (url.startsWith('file:'))
    return new Kysely<Tables>({ dialect: sqlite(url.slice('file:'.length), answerMs !== undefined) });
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: new PostgresConnections(url, answerMs) }),
  });
}

function sqlite(path: string, inService: boolean): SqliteDialect {
  mkdirSync(dirname(path), { recursive: true });
  const busyMs = inService ? BUSY_IN_SERVICE_MS : BUSY_MS;
  return new SqliteDialect({ database: new SqliteFile(path, { openMs: BUSY_MS, busyMs }) });
}
