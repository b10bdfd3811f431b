import type { SqliteDatabase, SqliteStatement } from 'kysely';
import Connection from 'libsql';

/** What changes rows. Whatever else writes (`create`, `vacuum`) does so at the start or for the command line. */
const WRITES = /^\s*(insert|update|delete|replace|with)\b/i;

/**
 * A connection to an SQLite file, as Kysely's dialect wants it. Every transaction, and every write outside of one, takes
 * the whole file before, so that one statement alone can find it locked by another program; it is kept and run again.
 *
 * libsql 0.5 leaves a statement that found the file locked "in progress" until it is run again or collected as garbage, and
 * SQLite commits nothing meanwhile (tursodatabase/libsql-client-ts#352).
 */
export class SqliteFile implements SqliteDatabase {
  private readonly connection: Connection.Database;
  private readonly begin: Connection.Statement;

  /** Waits for another program that has the file locked for `busyMs`, in which this process does nothing else. */
  constructor(path: string, { openMs, busyMs }: { openMs: number; busyMs: number }) {
    this.connection = new Connection(path);
    for (const pragma of [
      `busy_timeout=${openMs}`,
      'journal_mode=WAL',
      'synchronous=FULL',
      'foreign_keys=ON',
      `busy_timeout=${busyMs}`,
    ]) {
      this.connection.pragma(pragma);
    }
    this.begin = this.connection.prepare('begin immediate');
  }

  prepare(sql: string): SqliteStatement {
    if (sql === 'begin') return this.begin;
    const statement = this.connection.prepare(sql);
    return WRITES.test(sql) ? this.writing(statement) : statement;
  }

  close(): void {
    this.connection.close();
  }

  private writing(statement: Connection.Statement): SqliteStatement {
    return {
      reader: statement.reader,
      run: (parameters) => this.inTransaction(() => statement.run(parameters)),
      all: (parameters) => this.inTransaction(() => statement.all(parameters)),
      iterate: (parameters) => statement.iterate(parameters),
    };
  }

  /** In the one that is under way, or in one of its own. */
  private inTransaction<T>(work: () => T): T {
    if (this.connection.inTransaction) return work();
    this.begin.run();
    try {
      const done = work();
      this.connection.exec('commit');
      return done;
    } catch (error) {
      if (this.connection.inTransaction) this.connection.exec('rollback');
      throw error;
    }
  }
}
