import { Kysely, sql, SqliteDialect, type Transaction } from 'kysely';
import Connection from 'libsql';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteFile } from './sqlite-file.js';

interface Tables {
  photos: { id: number };
}

let folder: string;
let db: Kysely<Tables>;
/** Another program that uses the same file. */
let other: Connection.Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-file-'));
  const path = join(folder, 'a.db');
  const database = new SqliteFile(path, { openMs: 1000, busyMs: 20 });
  db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  await sql`create table photos (id integer primary key)`.execute(db);
  other = new Connection(path);
});
afterEach(async () => {
  other.close();
  await db.destroy();
  rmSync(folder, { recursive: true });
});

const ids = async () =>
  (await db.selectFrom('photos').select('id').orderBy('id').execute()).map(({ id }) => id);
const insert = (id: number, into: Kysely<Tables> = db) => into.insertInto('photos').values({ id });
const LOCKED = { code: 'SQLITE_BUSY' };

describe('a file that another program has locked', () => {
  it.each([
    ['an insertion', () => insert(1).execute()],
    ['one that returns what it wrote', () => insert(1).returning('id').execute()],
    ['an update', () => db.updateTable('photos').set({ id: 7 }).execute()],
    ['a deletion', () => db.deleteFrom('photos').returning('id').execute()],
    ['a transaction', () => db.transaction().execute((transaction) => insert(1, transaction).execute())],
    [
      'a transaction that looks first',
      () =>
        db.transaction().execute(async (transaction) => {
          await transaction.selectFrom('photos').selectAll().execute();
          await insert(1, transaction).execute();
        }),
    ],
  ])('keeps out %s, and everything goes on at once when it is free', async (_what, write) => {
    other.exec('begin immediate');
    await expect(write()).rejects.toMatchObject(LOCKED);
    await expect(write()).rejects.toMatchObject(LOCKED);
    // Who only looks is not kept waiting.
    expect(await ids()).toEqual([]);
    other.exec('rollback');
    await db.transaction().execute((transaction) => insert(2, transaction).execute());
    await insert(3).execute();
    expect(await insert(4).returning('id').execute()).toEqual([{ id: 4 }]);
    expect(await ids()).toEqual([2, 3, 4]);
    // Nothing of it is kept open, so that the other one can write too.
    other.exec('insert into photos values (5)');
    expect(await ids()).toEqual([2, 3, 4, 5]);
  });
});

describe('a write', () => {
  it('that fails leaves nothing, alone and in a transaction', async () => {
    await insert(1).execute();
    await expect(insert(1).execute()).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' });
    const twice = async (transaction: Transaction<Tables>) => {
      await insert(2, transaction).execute();
      await insert(1, transaction).execute();
    };
    await expect(db.transaction().execute(twice)).rejects.toMatchObject({
      code: 'SQLITE_CONSTRAINT_PRIMARYKEY',
    });
    expect(await ids()).toEqual([1]);
    other.exec('insert into photos values (3)');
    await insert(4).execute();
    expect(await ids()).toEqual([1, 3, 4]);
  });

  it('says how many rows it changed', async () => {
    await db
      .insertInto('photos')
      .values([{ id: 1 }, { id: 2 }])
      .execute();
    expect(
      await db
        .updateTable('photos')
        .set('id', sql`id + 10`)
        .executeTakeFirstOrThrow(),
    ).toMatchObject({
      numUpdatedRows: 2n,
    });
    expect((await db.deleteFrom('photos').executeTakeFirstOrThrow()).numDeletedRows).toBe(2n);
  });
});
