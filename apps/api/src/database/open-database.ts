import { Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import SqliteDatabase from 'libsql';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import pg from 'pg';
import { DatabaseAway } from './database-away.js';
import type { Database, Tables } from './schema.js';

/** PostgreSQL's OID of int8, which pg gives as text because it may exceed 2^53; our times and counts do not. */
const INT8_OID = 20;

/**
 * Opens the task database: `postgres://…`, or `file:PATH` for the embedded SQLite (made if absent).
 *
 * SQLite runs in WAL mode with an fsync for every commit (`synchronous=FULL`): a 202 must survive a crash. One
 * process may have it open; several API instances need PostgreSQL. Nothing is asked of the server yet.
 */
export function openDatabase(url: string): Database {
  if (url.startsWith('file:')) return new Kysely<Tables>({ dialect: sqlite(url.slice('file:'.length)) });
  const types = { getTypeParser: (oid: number, format?: 'text' | 'binary') => parserFor(oid, format) };
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 5000, types });
  // An idle connection that breaks is replaced at the next query, which reports what is wrong.
  pool.on('error', () => undefined);
  const asked = {
    connect: () =>
      pool.connect().catch((cause: unknown) => {
        throw new DatabaseAway(cause);
      }),
    end: () => pool.end(),
  };
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: asked }) });
}

function sqlite(path: string): SqliteDialect {
  mkdirSync(dirname(path), { recursive: true });
  const database = new SqliteDatabase(path);
  for (const pragma of ['journal_mode=WAL', 'synchronous=FULL', 'busy_timeout=5000', 'foreign_keys=ON']) {
    database.pragma(pragma);
  }
  return new SqliteDialect({ database });
}

function parserFor(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  return oid === INT8_OID ? Number : (pg.types.getTypeParser(oid, format) as (value: string) => unknown);
}
