import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { DatabaseAway } from '../../../apps/api/src/database/database-away.js';
import { openDatabase } from '../../../apps/api/src/database/open-database.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { PrivatePostgres } from '../../support/private-postgres.js';
import { TcpProxy } from '../../support/tcp-proxy.js';

// A connection that breaks while it is used must not end the process, which is an error that nobody caught: vitest tells.

let postgres: PrivatePostgres;
/** By no line that could break. */
let beside: pg.Client;

beforeAll(async () => {
  postgres = await PrivatePostgres.start();
  beside = new pg.Client({ connectionString: postgres.url });
  await beside.connect();
});

afterAll(async () => {
  await beside.end();
  await postgres.stop();
});

let line: TcpProxy;
let db: Database;

beforeEach(async () => {
  line = await TcpProxy.to(postgres.url);
});

afterEach(async () => {
  line.pass();
  await db.destroy();
  await line.close();
});

const never = () => sql`select pg_sleep(600)`;

/** Until so many sleep at the server. */
async function untilAsked(count: number): Promise<void> {
  const asked = `select pid from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'`;
  await vi.waitFor(async () => expect((await beside.query(asked)).rowCount).toBe(count));
}

async function expectWell(): Promise<void> {
  expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
}

it.each([
  ['is reset', () => Promise.resolve(line.reset())],
  [
    'is ended by the server',
    () =>
      beside.query(`select pg_terminate_backend(pid) from pg_stat_activity where query like 'select pg_s%'`),
  ],
])('a connection that %s under a question', async (_how, breaks) => {
  db = openDatabase(line.url);
  const asked = never()
    .execute(db)
    .catch((error: unknown) => error);
  await untilAsked(1);
  await breaks();
  expect(await asked).toMatchObject({ name: 'DatabaseAway', mayBeDone: true });
  await expectWell();
  // The server may not have noticed that nobody waits any more.
  await beside.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where query like 'select pg_s%'`,
  );
  await untilAsked(0);
});

it('a connection that breaks between two questions of a transaction', async () => {
  db = openDatabase(line.url);
  const asked = db.transaction().execute(async (transaction) => {
    await sql`select 1`.execute(transaction);
    line.reset();
    await vi.waitFor(() => expect(line.connections).toBe(0));
    await sql`select 2`.execute(transaction);
  });
  await expect(asked).rejects.toBeInstanceOf(DatabaseAway);
  await expectWell();
});

it('a server that falls silent is not waited for, nor asked by the same connection again', async () => {
  db = openDatabase(line.url, 500);
  await expectWell();
  line.blackHole();
  const asked = db.transaction().execute(async (transaction) => sql`select 2`.execute(transaction));
  await expect(asked).rejects.toMatchObject({ name: 'DatabaseAway', mayBeDone: true });
  line.pass();
  await expectWell();
});

it('a server that takes nobody has done nothing', async () => {
  db = openDatabase(line.url);
  line.refuse();
  await expect(expectWell()).rejects.toMatchObject({ name: 'DatabaseAway', mayBeDone: false });
  line.pass();
  await expectWell();
});

it('a standby takes nothing, and is left for another server', async () => {
  db = openDatabase(line.url);
  await sql`create table if not exists of_standby (id int)`.execute(db);
  await sql`set default_transaction_read_only = on`.execute(db);
  const written = sql`insert into of_standby values (1)`.execute(db);
  await expect(written).rejects.toMatchObject({ name: 'DatabaseAway', mayBeDone: false });
  // Of a new connection.
  await sql`insert into of_standby values (1)`.execute(db);
});

it('what a question itself does wrong is no trouble of the connection', async () => {
  db = openDatabase(line.url);
  await expect(sql`select nothing from nowhere`.execute(db)).rejects.toMatchObject({ code: '42P01' });
  await expectWell();
});
