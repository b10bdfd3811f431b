import { Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import SqliteDatabase from 'libsql';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { PostgresConnections } from './postgres-connections.js';
import type { Database, Tables } from './schema.js';

/** While SQLite waits for another program nothing else is done in this one, not even `/livez`. */
const BUSY_MS = 500;

/**
 * Opens the task database: `postgres://…`, or `file:PATH` for the embedded SQLite (made if absent).
 *
 * SQLite runs in WAL mode with an fsync for every commit (`synchronous=FULL`): a 202 must survive a crash. One
 * process may have it open; several API instances need PostgreSQL. Nothing is asked of the server yet.
 *
 * @param answerMs how long PostgreSQL may take for one question, before its connection is given up; without it, as long as it
 * likes.
 */
export function openDatabase(url: string, answerMs?: number): Database {
  if (url.startsWith('file:')) return new Kysely<Tables>({ dialect: sqlite(url.slice('file:'.length)) });
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: new PostgresConnections(url, answerMs) }),
  });
}

function sqlite(path: string): SqliteDialect {
  mkdirSync(dirname(path), { recursive: true });
  const database = new SqliteDatabase(path);
  for (const pragma of [
    'journal_mode=WAL',
    'synchronous=FULL',
    `busy_timeout=${BUSY_MS}`,
    'foreign_keys=ON',
  ]) {
    database.pragma(pragma);
  }
  return new SqliteDialect({ database });
}
