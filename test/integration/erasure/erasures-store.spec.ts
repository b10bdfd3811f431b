import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../../apps/api/src/database/migrate.js';
import { openDatabase } from '../../../apps/api/src/database/open-database.js';
import type { AlbumRow, Database, OwnerRow, TaskRow } from '../../../apps/api/src/database/schema.js';
import { AlbumErasuresStore } from '../../../apps/api/src/erasure/album-erasures.store.js';
import { ErasuresStore } from '../../../apps/api/src/erasure/erasures.store.js';
import { RetentionStore } from '../../../apps/api/src/erasure/retention.store.js';
import { TaskLogStore } from '../../../apps/api/src/tasks/task-log.store.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { DATABASES, type TestDatabase } from '../api/databases.js';
import { insertTask, newTask } from '../api/sample-tasks.js';
import { insertAlbum, insertVisitor } from './sample-owners.js';

const PHOTO_BYTES = newTask().original.bytes;

describe.each(DATABASES)('What is erased, on %s', (_name, start) => {
  let server: TestDatabase;
  let db: Database;
  let tasks: TasksStore;
  let erasures: ErasuresStore;
  let albums: AlbumErasuresStore;
  let retention: RetentionStore;
  let owner: OwnerRow;
  let album: AlbumRow;

  beforeAll(async () => {
    server = await start();
    db = openDatabase(server.url);
    await migrate(db);
    tasks = new TasksStore(db, new TaskLogStore(db));
    erasures = new ErasuresStore(db);
    albums = new AlbumErasuresStore(db);
    retention = new RetentionStore(db);
  });
  beforeEach(async () => {
    for (const table of ['erasures', 'tasks'] as const) await db.deleteFrom(table).execute();
    owner = await insertVisitor(db);
    album = await insertAlbum(db, owner);
  });
  afterAll(async () => {
    await db.destroy();
    await server.stop();
  });

  const addPhotos = async (count: number): Promise<TaskRow[]> => {
    const rows: TaskRow[] = [];
    for (let index = 0; index < count; index++) {
      rows.push(await insertTask(tasks, newTask({ ownerId: owner.id, albumId: album.id })));
    }
    return rows;
  };
  const usedBytes = async () =>
    (await db.selectFrom('owners').selectAll().where('id', '=', owner.id).executeTakeFirstOrThrow())
      .used_bytes;
  const albumNow = async () =>
    db.selectFrom('albums').selectAll().where('id', '=', album.id).executeTakeFirst();
  const logOf = async (id: string) =>
    db.selectFrom('task_log').selectAll().where('task_id', '=', id).execute();

  it('takes tasks with their logs, and gives their owner and album back what they took', async () => {
    const [first, second] = await addPhotos(2);
    const taken = await erasures.take([first!.id, uuidv7()], 1000);
    expect(taken).toEqual([first]);
    expect(await tasks.find(first!.id)).toBeUndefined();
    expect(await logOf(first!.id)).toEqual([]);
    expect(await tasks.find(second!.id)).toBeDefined();
    expect(await usedBytes()).toBe(PHOTO_BYTES);
    expect(await albumNow()).toMatchObject({ photos: 1, seq: 3 });
    expect(await erasures.find(first!.id)).toMatchObject({
      original_key: newTask().original.key,
      requested_at: 1000,
      rounds: 0,
      engine_done: 0,
    });
  });

  it('takes each task once, however many take it at the same time in whatever order', async () => {
    const rows = await addPhotos(20);
    const ids = rows.map((row) => row.id);
    const orders = [ids, ids.toReversed(), ids.toSorted(), ids];
    const taken = await Promise.all(orders.map((order) => erasures.take(order, 1000)));
    expect(
      taken
        .flat()
        .map((row) => row.id)
        .sort(),
    ).toEqual(ids.toSorted());
    expect(await usedBytes()).toBe(0);
    expect(await albumNow()).toMatchObject({ photos: 0 });
  });

  it('stays right while photos come in and steps are written', async () => {
    const rows = await addPhotos(10);
    await Promise.all([
      erasures.take(
        rows.map((row) => row.id),
        1000,
      ),
      addPhotos(5),
      ...rows.map((row) =>
        tasks.apply({
          version: 1,
          kind: 'cancelled',
          taskId: row.id,
          taskType: row.type,
          at: new Date().toISOString(),
          attempt: 1,
          run: 0,
          worker: 'api',
        }),
      ),
    ]);
    expect(await usedBytes()).toBe(5 * PHOTO_BYTES);
    expect(await albumNow()).toMatchObject({ photos: 5 });
  });

  it('gives what is due to one of those who ask, and gives it again later', async () => {
    const rows = await addPhotos(6);
    await erasures.take(
      rows.map((row) => row.id),
      1000,
    );
    expect(await erasures.takeDue(2000, 100)).toEqual([]);
    const now = 60_000;
    const taken = await Promise.all([erasures.takeDue(now, 100), erasures.takeDue(now, 100)]);
    expect(
      taken
        .flat()
        .map((row) => row.task_id)
        .sort(),
    ).toEqual(rows.map((row) => row.id).sort());
    expect(await erasures.takeDue(now, 100)).toEqual([]);
    expect(await erasures.takeDue(now + 5 * 60_000, 100)).toHaveLength(6);

    const [first, second, ...others] = rows.map((row) => row.id);
    await erasures.settle(others, [
      { task_id: first!, rounds: 1, next_at: 5, engine_done: 1 },
      { task_id: second!, rounds: 2, next_at: 1e12, engine_done: 0 },
    ]);
    const due = await erasures.takeDue(1e11, 100);
    expect(due.map((row) => [row.task_id, row.rounds, row.engine_done])).toEqual([[first, 1, 1]]);
    await erasures.settle([first!, second!], []);
  });

  it('removes an album only when nothing is in it, with its links', async () => {
    const rows = await addPhotos(1);
    await db
      .insertInto('album_links')
      .values({
        id: uuidv7(),
        album_id: album.id,
        token_hash: uuidv7(),
        access: 'view',
        created_at: 1,
        expires_at: null,
        revoked_at: null,
      })
      .execute();
    expect(await albums.remove(album.id)).toBe('not_empty');
    await erasures.take(
      rows.map((row) => row.id),
      1000,
    );
    expect(await albums.remove(album.id)).toBe('removed');
    expect(await albumNow()).toBeUndefined();
    expect(await db.selectFrom('album_links').selectAll().where('album_id', '=', album.id).execute()).toEqual(
      [],
    );
    expect(await albums.remove(album.id)).toBe('removed');
  });

  it('never removes an album under a photo that comes in', async () => {
    for (let round = 0; round < 10; round++) {
      album = await insertAlbum(db, owner);
      const task = newTask({ ownerId: owner.id, albumId: album.id });
      const [inserted, removed] = await Promise.all([tasks.insert(task), albums.remove(album.id)]);
      const row = await tasks.find(task.id);
      const outcome = {
        removed,
        inserted: typeof inserted === 'string' ? inserted : 'inserted',
        there: row?.album_id,
      };
      expect([
        { removed: 'removed', inserted: 'album_gone', there: undefined },
        { removed: 'not_empty', inserted: 'inserted', there: album.id },
      ]).toContainEqual(outcome);
    }
  });

  it('remembers which albums have to go', async () => {
    await albums.doom(album.id);
    expect((await albums.doomed(100)).map((row) => row.id)).toContain(album.id);
    await albums.remove(album.id);
  });

  it('forgets visitors who own nothing and have not been here, and nobody else', async () => {
    const gone = await insertVisitor(db, { seen_at: 10 });
    const recent = await insertVisitor(db, { seen_at: 30 });
    const withAlbum = await insertVisitor(db, { seen_at: 10 });
    await insertAlbum(db, withAlbum);
    const withTask = await insertVisitor(db, { seen_at: 10 });
    await insertTask(tasks, newTask({ ownerId: withTask.id }));
    const key = await insertVisitor(db, { seen_at: 10, kind: 'key' });
    expect(await retention.removeVisitors(20)).toBe(1);
    const left = (await db.selectFrom('owners').select('id').execute()).map((row) => row.id);
    expect(left).not.toContain(gone.id);
    for (const { id } of [recent, withAlbum, withTask, key]) expect(left).toContain(id);
  });

  it('finds what has expired, the oldest first', async () => {
    const late = await insertTask(tasks, newTask({ ownerId: owner.id, expiresAt: 200 }));
    const early = await insertTask(tasks, newTask({ ownerId: owner.id, expiresAt: 100 }));
    await insertTask(tasks, newTask({ ownerId: owner.id, expiresAt: 201 }));
    const found = await retention.expiredTasks(200, 10);
    expect(found.map((row) => row.id)).toEqual([early.id, late.id]);
  });

  it('knows what is there and what is being erased', async () => {
    const [there, erased] = await addPhotos(2);
    await erasures.take([erased!.id], 1000);
    const unknown = uuidv7();
    expect([...(await retention.known([there!.id, erased!.id, unknown]))].sort()).toEqual(
      [there!.id, erased!.id].sort(),
    );
    expect(Math.abs((await retention.bornAt()) - Date.now())).toBeLessThan(600_000);
  });
});
