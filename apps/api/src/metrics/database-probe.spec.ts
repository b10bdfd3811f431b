import Connection from 'libsql';
import { sql } from 'kysely';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { register } from 'prom-client';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../database/open-database.js';
import { DatabaseProbe } from './database-probe.js';

it('finds an SQLite file that another program has locked, and leaves nothing behind that keeps others from writing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'database-probe-'));
  const path = join(folder, 'a.db');
  const db = openDatabase(`file:${path}`, 30_000);
  const other = new Connection(path);
  register.clear();
  const probe = new DatabaseProbe(db);
  onTestFinished(async () => {
    register.clear();
    other.close();
    await db.destroy();
    rmSync(folder, { recursive: true });
  });
  await sql`create table photos (id integer)`.execute(db);
  expect((await probe.look()).problem).toBeNull();

  other.exec('begin immediate');
  expect((await probe.look()).problem).toContain('locked');
  other.exec('rollback');
  await db.transaction().execute((transaction) => sql`insert into photos values (1)`.execute(transaction));
  expect((await probe.look()).problem).toBeNull();
  // What the look took is free again.
  other.exec('insert into photos values (2)');
});
