import { cancelMarkKey, engineTraceKey, taskLedgerKey, type EngineErased } from '@app/contracts';
import type { StateEvent } from '@app/messaging';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { migrate } from '../../../apps/api/src/database/migrate.js';
import { openDatabase } from '../../../apps/api/src/database/open-database.js';
import type { Database, OwnerRow, TaskRow } from '../../../apps/api/src/database/schema.js';
import { TaskLogStore } from '../../../apps/api/src/tasks/task-log.store.js';
import { originalThumbnailKey, resultThumbnailKey } from '../../../apps/api/src/tasks/task-pictures.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { eventOf, insertTask, newTask } from '../api/sample-tasks.js';
import { RecordedErasure } from './recorded-erasure.js';
import { insertAlbum, insertVisitor } from './sample-owners.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('Erasure', () => {
  let folder: string;
  let db: Database;
  let tasks: TasksStore;
  let owner: OwnerRow;
  let erasure: RecordedErasure;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'photo-repair-erasure-'));
    db = openDatabase(`file:${join(folder, 'tasks.db')}`);
    await migrate(db);
    tasks = new TasksStore(db, new TaskLogStore(db));
    owner = await insertVisitor(db);
    erasure = new RecordedErasure(db, join(folder, 'artifacts'));
  });
  afterEach(async () => {
    erasure.late.beforeApplicationShutdown();
    vi.useRealTimers();
    await db.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  /** A task with the files that the API stores. */
  async function task(albumId: string | null = null): Promise<TaskRow> {
    const id = uuidv7();
    const original = { ...newTask().original, key: `originals/${id}.jpg` };
    await erasure.put(original.key, originalThumbnailKey(id));
    return insertTask(tasks, newTask({ id, ownerId: owner.id, albumId, original }));
  }

  /** What a worker leaves when it runs a task. */
  async function beginToRun({ id, type }: TaskRow): Promise<TaskRow> {
    await erasure.put(taskLedgerKey(id));
    const trace = { version: 1, engines: [{ engine: 'http://e1', prompts: [], files: [] }] };
    await erasure.artifacts.put(engineTraceKey(id), Buffer.from(JSON.stringify(trace)), 'application/json');
    return (await tasks.apply(eventOf({ id, type }, 'started')))!.row;
  }

  async function storeResult(id: string): Promise<string> {
    const key = `results/${id}.0123456789abcdef.png`;
    await erasure.put(key, `results/${id}.json`, resultThumbnailKey(id));
    return key;
  }

  const answer = (taskId: string, ok = true, engine = 'http://e1'): EngineErased => ({
    version: 1,
    kind: 'engine_erased',
    taskId,
    worker: 'w',
    engine,
    ok,
    at: new Date().toISOString(),
  });

  it('leaves nothing of a finished task at once, and tells', async () => {
    const row = await task();
    const key = await storeResult(row.id);
    await erasure.put(taskLedgerKey(row.id));
    const event = eventOf(row, 'succeeded') as Extract<StateEvent, { kind: 'succeeded' }>;
    const finished = (await tasks.apply({ ...event, result: { ...event.result, key } }))!.row;
    const other = await task();

    await erasure.service.erase([finished]);
    expect(await erasure.filesOf(row.id)).toEqual([]);
    expect(await tasks.find(row.id)).toBeUndefined();
    expect(erasure.told.mock.calls.map(([told]) => told.id)).toEqual([row.id]);
    expect(erasure.cancelled).not.toHaveBeenCalled();
    expect(await erasure.filesOf(other.id)).toHaveLength(2);
  });

  it('marks nothing for a task that was never handed over, and can be asked for twice', async () => {
    const row = await task();
    await Promise.all([erasure.service.erase([row]), erasure.service.erase([row])]);
    await erasure.service.erase([row]);
    expect(await erasure.filesOf(row.id)).toEqual([]);
    expect(erasure.told).toHaveBeenCalledTimes(1);
  });

  it('stops the worker first, and leaves nothing of what it stores afterwards', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const row = await beginToRun(await task());
    await erasure.service.erase([row]);
    const now = Date.now();
    expect(erasure.cancelled).toHaveBeenCalledWith(row.id);
    expect(erasure.askedToErase).toHaveBeenCalledWith(row.id);
    const needed = [cancelMarkKey(row.id), engineTraceKey(row.id)];
    expect(await erasure.filesOf(row.id)).toEqual([...needed, taskLedgerKey(row.id)].sort());

    // The worker was storing the result at this moment, and tells; then it writes its ledger once more.
    const key = await storeResult(row.id);
    const event = eventOf(row, 'succeeded') as Extract<StateEvent, { kind: 'succeeded' }>;
    await erasure.service.late({ ...event, result: { ...event.result, key } });
    expect(await erasure.artifacts.exists(key)).toBe(false);
    await erasure.put(taskLedgerKey(row.id));

    await erasure.service.engineErased(answer(row.id));
    await vi.advanceTimersByTimeAsync(10 * SECOND);
    await vi.waitFor(async () => expect(await erasure.artifacts.exists(cancelMarkKey(row.id))).toBe(false));
    await erasure.sweepAt(now + 20 * SECOND);
    expect(await erasure.filesOf(row.id)).toEqual([]);
  });

  it('finds what a worker stored without a word, under whatever name', async () => {
    const row = await beginToRun(await task());
    await erasure.service.erase([row]);
    const now = Date.now();
    await erasure.put(`results/${row.id}.fedcba9876543210.png`, `canonical/${row.id}.png`);
    await erasure.sweepAt(now + 20 * SECOND);
    const kept = [cancelMarkKey(row.id), engineTraceKey(row.id)].sort();
    expect(await erasure.filesOf(row.id)).toEqual(kept);

    for (const time of [3 * MINUTE, 30 * MINUTE]) {
      await erasure.put(`results/${row.id}.json`);
      await erasure.sweepAt(now + time);
      expect(await erasure.filesOf(row.id)).toEqual(kept);
    }
    await erasure.sweepAt(now + 3 * HOUR);
    expect(await erasure.filesOf(row.id)).toEqual([engineTraceKey(row.id)]);
    expect(erasure.askedToErase.mock.calls.length).toBeGreaterThanOrEqual(5);

    await erasure.service.engineErased(answer(row.id));
    await erasure.sweepAt(now + 6 * HOUR);
    expect(await erasure.filesOf(row.id)).toEqual([]);
    expect(await erasure.erasures.find(row.id)).toBeUndefined();
  });

  it('marks a finished task that was asked for once more: a copy of its message may still come', async () => {
    const { id, type } = await beginToRun(await task());
    await tasks.apply(eventOf({ id, type }, 'cancelled'));
    await tasks.apply(eventOf({ id, type }, 'retried', { run: 2 }));
    const event = eventOf({ id, type }, 'succeeded') as Extract<StateEvent, { kind: 'succeeded' }>;
    const { row } = (await tasks.apply({
      ...event,
      result: { ...event.result, key: await storeResult(id) },
    }))!;
    await erasure.service.erase([row]);
    const now = Date.now();
    const kept = [cancelMarkKey(id), engineTraceKey(id)].sort();
    expect(await erasure.filesOf(id)).toEqual([...kept, taskLedgerKey(id)].sort());
    await erasure.sweepAt(now + 20 * SECOND);
    await erasure.service.engineErased(answer(id));
    for (const time of [3 * MINUTE, 30 * MINUTE, 3 * HOUR]) await erasure.sweepAt(now + time);
    expect(await erasure.filesOf(id)).toEqual([]);
  });

  it('marks and stops a worker that begins all the same', async () => {
    const row = await task();
    await erasure.service.erase([row]);
    await erasure.service.late(eventOf(row, 'started') as StateEvent);
    expect(await erasure.filesOf(row.id)).toEqual([cancelMarkKey(row.id)]);
    expect(erasure.cancelled).toHaveBeenCalledWith(row.id);
  });

  it('takes no answer for done before every engine has given a good one', async () => {
    const row = await beginToRun(await task());
    const engines = ['http://e1', 'http://e2'].map((engine) => ({ engine, prompts: [], files: [] }));
    const trace = Buffer.from(JSON.stringify({ version: 1, engines }));
    await erasure.artifacts.put(engineTraceKey(row.id), trace, 'application/json');

    await erasure.service.engineErased(answer(row.id));
    await erasure.service.engineErased(answer(row.id, true, 'http://e2'));
    expect(await erasure.artifacts.exists(engineTraceKey(row.id))).toBe(true);

    await erasure.service.erase([row]);
    await erasure.service.engineErased(answer(row.id, false, 'http://e2'));
    await erasure.service.engineErased(answer(row.id));
    expect(await erasure.artifacts.exists(engineTraceKey(row.id))).toBe(true);
    await erasure.service.engineErased(answer(row.id, true, 'http://e2'));
    expect(await erasure.artifacts.exists(engineTraceKey(row.id))).toBe(false);
  });

  it('touches nothing for events of tasks that were not erased', async () => {
    const row = await beginToRun(await task());
    const key = await storeResult(row.id);
    const event = eventOf(row, 'succeeded') as Extract<StateEvent, { kind: 'succeeded' }>;
    await erasure.service.late({ ...event, result: { ...event.result, key } });
    expect(await erasure.artifacts.exists(key)).toBe(true);

    const erased = await task();
    await erasure.service.erase([erased]);
    await erasure.service.late({ ...event, taskId: erased.id, result: { ...event.result, key } });
    expect(await erasure.artifacts.exists(key)).toBe(true);
  });

  it('goes on where the process died between the rows and the files', async () => {
    const row = await task();
    await storeResult(row.id);
    await erasure.erasures.take([row.id], Date.now());
    expect(await erasure.filesOf(row.id)).toHaveLength(5);
    await new RecordedErasure(db, join(folder, 'artifacts')).sweepAt(Date.now() + 20 * SECOND);
    expect(await erasure.filesOf(row.id)).toEqual([]);
  });

  it('erases an album with a photo that comes in meanwhile', async () => {
    const album = await insertAlbum(db, owner);
    const rows = [];
    for (let index = 0; index < 120; index++) rows.push(await task(album.id));
    const late = newTask({ ownerId: owner.id, albumId: album.id });
    await Promise.all([erasure.service.eraseAlbum(album), tasks.insert(late)]);
    expect(await db.selectFrom('albums').selectAll().execute()).toEqual([]);
    expect(await db.selectFrom('tasks').selectAll().execute()).toEqual([]);
    for (const row of rows) expect(await erasure.filesOf(row.id)).toEqual([]);
    expect(erasure.albumGone).toHaveBeenCalledWith(album.id);
    const { used_bytes: usedBytes } = await db.selectFrom('owners').selectAll().executeTakeFirstOrThrow();
    expect(usedBytes).toBe(0);
  });

  it('goes on with an album whose erasure was interrupted', async () => {
    const album = await insertAlbum(db, owner);
    const row = await task(album.id);
    erasure.told.mockImplementationOnce(() => {
      throw new Error('killed');
    });
    await expect(erasure.service.eraseAlbum(album)).rejects.toThrow('killed');
    await task(album.id);
    await db.updateTable('albums').set({ expires_at: 0 }).execute();
    await erasure.retention.sweep(new AbortController().signal);
    await erasure.sweepAt(Date.now() + 20 * SECOND);
    expect(await db.selectFrom('albums').selectAll().execute()).toEqual([]);
    expect(await db.selectFrom('tasks').selectAll().execute()).toEqual([]);
    expect(await erasure.filesOf(row.id)).toEqual([]);
  });

  it('erases what has been kept for long enough, by two instances at once, and nothing else', async () => {
    const now = Date.now();
    const album = await insertAlbum(db, owner, { expires_at: now + 100 });
    const empty = await insertAlbum(db, owner, { expires_at: now + 100 });
    const alive = await insertAlbum(db, owner, { expires_at: now + HOUR });
    const old: TaskRow[] = [];
    for (let index = 0; index < 150; index++) old.push(await task(index % 2 ? album.id : null));
    await db
      .updateTable('tasks')
      .set({ expires_at: now + 100 })
      .execute();
    const young = await task();
    await db
      .updateTable('albums')
      .set({ expires_at: now + 100 })
      .where('id', '=', album.id)
      .execute();

    const second = new RecordedErasure(db, join(folder, 'artifacts'));
    const { signal } = new AbortController();
    await erasure.retention.sweep(signal, now);
    expect(await tasks.findMany(old.map((row) => row.id))).toHaveLength(150);
    await Promise.all([
      erasure.retention.sweep(signal, now + 100),
      second.retention.sweep(signal, now + 100),
    ]);
    expect(await tasks.findMany(old.map((row) => row.id))).toEqual([]);
    expect(erasure.told.mock.calls.length + second.told.mock.calls.length).toBe(150);
    for (const row of old) expect(await erasure.filesOf(row.id)).toEqual([]);
    expect(await tasks.find(young.id)).toBeDefined();
    expect(await erasure.filesOf(young.id)).toHaveLength(2);
    const albums = await db.selectFrom('albums').select('id').execute();
    expect(albums.map(({ id }) => id)).toEqual([alive.id]);
    expect(albums).not.toContainEqual({ id: empty.id });
  });
});
