import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import pg from 'pg';
import { awayOf, DatabaseAway } from './database-away.js';

/** PostgreSQL's OID of int8, which pg gives as text because it may exceed 2^53; our times and counts do not. */
const INT8_OID = 20;
const CONNECTIONS = 10;
const CONNECT_LIMIT_MS = 5_000;

/**
 * Connections to PostgreSQL, as Kysely wants them. What is not answered for a reason that may pass fails with DatabaseAway,
 * and its connection is not used again.
 */
export class PostgresConnections implements PostgresPool {
  private readonly pool: pg.Pool;

  /** @param answerMs how long one question may take; without it, as long as it likes. */
  constructor(url: string, answerMs?: number) {
    this.pool = new pg.Pool({
      connectionString: url,
      max: CONNECTIONS,
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
      types: { getTypeParser: (oid: number, format?: 'text' | 'binary') => parserFor(oid, format) },
      ...(answerMs !== undefined && { query_timeout: answerMs }),
    });
    // One that breaks tells those who ask it; without a listener it would end the process besides.
    this.pool.on('connect', (client) => client.on('error', () => undefined));
    this.pool.on('error', () => undefined);
  }

  async connect(): Promise<PostgresPoolClient> {
    try {
      return new Borrowed(await this.pool.connect());
    } catch (error) {
      throw new DatabaseAway(error, false);
    }
  }

  async end(): Promise<void> {
    await this.pool.end();
  }
}

/** A connection while somebody uses it. */
class Borrowed implements PostgresPoolClient {
  private broken: DatabaseAway | undefined;

  constructor(private readonly client: pg.PoolClient) {}

  query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(
    question: string | PostgresCursor<R>,
    parameters: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof question !== 'string') throw new Error('No cursors are used here.');
    return this.ask<R>(question, parameters);
  }

  /** One that broke, or has not answered for long, is closed. */
  release(): void {
    this.client.release(this.broken);
  }

  private async ask<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    // A rollback would wait as long as the question did, and hide why it failed.
    if (this.broken !== undefined) throw this.broken;
    try {
      return (await this.client.query(sql, [...parameters])) as unknown as PostgresQueryResult<R>;
    } catch (error) {
      this.broken = awayOf(error);
      throw this.broken ?? error;
    }
  }
}

function parserFor(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  return oid === INT8_OID ? Number : (pg.types.getTypeParser(oid, format) as (value: string) => unknown);
}
