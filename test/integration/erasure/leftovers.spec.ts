import { LocalArtifactStore } from '@app/artifact-store';
import { createLogger } from '@app/runtime';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { register } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../../apps/api/src/database/migrate.js';
import { openDatabase } from '../../../apps/api/src/database/open-database.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import type { ApiEnv } from '../../../apps/api/src/env.js';
import { ErasuresStore } from '../../../apps/api/src/erasure/erasures.store.js';
import { LeftoversSweeper } from '../../../apps/api/src/erasure/leftovers.sweeper.js';
import { RetentionStore } from '../../../apps/api/src/erasure/retention.store.js';
import { TaskLogStore } from '../../../apps/api/src/tasks/task-log.store.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { insertTask, newTask } from '../api/sample-tasks.js';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

describe('What nobody will ever ask for', () => {
  let dataDir: string;
  let db: Database;
  let tasks: TasksStore;
  let artifacts: LocalArtifactStore;
  let sweeper: LeftoversSweeper;

  beforeEach(async () => {
    register.clear();
    dataDir = await mkdtemp(join(tmpdir(), 'photo-repair-leftovers-'));
    db = openDatabase(`file:${join(dataDir, 'tasks.db')}`);
    await migrate(db);
    tasks = new TasksStore(db, new TaskLogStore(db));
    artifacts = new LocalArtifactStore(join(dataDir, 'artifacts'));
    const env = { dataDir, retentionMs: 3 * DAY } as ApiEnv;
    sweeper = new LeftoversSweeper(new RetentionStore(db), artifacts, env, createLogger('test', 'silent'));
  });
  afterEach(async () => {
    await db.destroy();
    await rm(dataDir, { recursive: true, force: true });
  });

  const sweepIn = async (ms: number) => sweeper.sweep(new AbortController().signal, Date.now() + ms);
  const files = async () => {
    const entries = await readdir(join(dataDir, 'artifacts'), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  };
  const put = async (...keys: string[]) => {
    for (const key of keys) await artifacts.put(key, Buffer.from('x'), 'image/png');
  };

  it('goes after a day: files of tasks that were never recorded', async () => {
    const { id } = await insertTask(tasks, newTask());
    const erased = await insertTask(tasks, newTask());
    await new ErasuresStore(db).take([erased.id], Date.now());
    const lost = uuidv7();
    await put(`originals/${id}.jpg`, `results/${id}.0123456789abcdef.png`, `ledger/${erased.id}.cancelled`);
    await put(`originals/${lost}.jpg`, `thumbnails/${lost}.original.jpg`, `results/${lost}.json`);
    await put('results/readme.txt', `results/${uuidv4()}.png`);

    await sweepIn(20 * HOUR);
    expect(await files()).toHaveLength(8);
    await sweepIn(25 * HOUR);
    const left = await files();
    expect(left).toHaveLength(5);
    expect(left.filter((name) => name.includes(lost))).toEqual([]);
    expect(left.filter((name) => name.includes(id))).toHaveLength(2);
  });

  it('stays where it is older than the database: it belongs to another one', async () => {
    const older = uuidv7({ msecs: Date.now() - 3 * DAY });
    await put(`originals/${older}.jpg`);
    await sweepIn(2 * DAY);
    expect(await files()).toEqual([`${older}.jpg`]);
  });

  it('goes: temporary files that nobody writes any more', async () => {
    const incoming = join(dataDir, 'incoming');
    const parts = join(dataDir, 'artifacts/.parts');
    for (const folder of [incoming, parts]) {
      await mkdir(folder, { recursive: true });
      const longAgo = new Date(Date.now() - 2 * HOUR);
      await writeFile(join(folder, 'old'), 'x');
      await utimes(join(folder, 'old'), longAgo, longAgo);
      await writeFile(join(folder, 'new'), 'x');
    }
    await sweepIn(0);
    expect(await readdir(incoming)).toEqual(['new']);
    expect(await readdir(parts)).toEqual(['new']);
  });

  it('goes as late as photos do: what came with a message that was parked', async () => {
    await put('inbox/1763800000000-0', `originals/${(await insertTask(tasks, newTask())).id}.jpg`);
    await sweepIn(2 * DAY);
    expect(await files()).toContain('1763800000000-0');
    await sweepIn(3 * DAY + HOUR);
    expect(await files()).toEqual([expect.stringMatching(/\.jpg$/)]);
  });

  it('looks through many files', async () => {
    const { id } = await insertTask(tasks, newTask());
    await put(`originals/${id}.jpg`);
    const folder = join(dataDir, 'artifacts/results');
    await mkdir(folder);
    const lost = Array.from({ length: 1700 }, () => `${uuidv7()}.0123456789abcdef.png`);
    await Promise.all(lost.map((name) => writeFile(join(folder, name), '')));
    await sweepIn(25 * HOUR);
    expect(await files()).toEqual([`${id}.jpg`]);
  });
});
