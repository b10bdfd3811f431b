import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toOwner } from '../../../apps/api/src/access/owners.store.js';
import { AlbumPriorityStore } from '../../../apps/api/src/albums/album-priority.store.js';
import { AuditLog } from '../../../apps/api/src/audit/audit-log.js';
import { migrate } from '../../../apps/api/src/database/migrate.js';
import { openDatabase } from '../../../apps/api/src/database/open-database.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { PausesStore } from '../../../apps/api/src/pauses/pauses.store.js';
import { TaskLogStore } from '../../../apps/api/src/tasks/task-log.store.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { DATABASES, type TestDatabase } from '../api/databases.js';
import { eventOf, insertTask, newTask } from '../api/sample-tasks.js';
import { insertAlbum, insertVisitor } from '../erasure/sample-owners.js';

const PERSON = { scope: 'type', name: 'person' } as const;

describe.each(DATABASES)('what operators stop, on %s', (_, start) => {
  const by = toOwner({ kind: 'key', token_hash: 'hash', name: 'night shift', role: 'operator' });
  let server: TestDatabase;
  let db: Database;
  let audit: AuditLog;
  let pauses: PausesStore;
  let tasks: TasksStore;

  beforeAll(async () => {
    server = await start();
    db = openDatabase(server.url);
    await migrate(db);
    audit = new AuditLog(db);
    pauses = new PausesStore(db, audit);
    tasks = new TasksStore(db, new TaskLogStore(db));
  });
  afterAll(async () => {
    await db.destroy();
    await server.stop();
  });

  it('moves waiting limits on by as long as the type was paused, or as the photo has waited in that time', async () => {
    const since = Date.now() - 60_000;
    const add = (createdAt: number, deadlineAt: number | null, type = 'person') =>
      insertTask(tasks, newTask({ type, createdAt, deadlineAt }));
    const before = await add(since - 5000, since + 20_000);
    const during = await add(since + 10_000, since + 35_000);
    const forEver = await add(since - 1000, null);
    const other = await add(since - 5000, since + 20_000, 'building');
    await pauses.pause(PERSON, by, null, since);
    expect((await tasks.findOverdue(Date.now(), 10)).map(({ id }) => id)).toEqual([other.id]);
    const late = { ...eventOf(before, 'expired'), run: 0 };
    expect(await tasks.apply(late, { deadlineUpTo: Date.now() })).toBeUndefined();
    await pauses.resume(PERSON, by, since + 50_000);
    const deadlines = await Promise.all(
      [before, during, forEver, other].map(async ({ id }) => (await tasks.find(id))!.deadline_at),
    );
    expect(deadlines).toEqual([since + 70_000, since + 75_000, null, since + 20_000]);
    expect(await tasks.apply(late, { deadlineUpTo: since + 70_000 })).toMatchObject({
      row: { state: 'expired' },
    });
  });

  it('keeps since when and by whom, and writes down what somebody did and nothing else', async () => {
    const target = { scope: 'worker', name: 'gpu 1' } as const;
    const first = await pauses.pause(target, by, null, 1000);
    const again = await pauses.pause(target, { ...by, name: 'day shift' }, 'fan', 2000);
    expect(again).toEqual({ ...first, note: 'fan' });
    expect(await pauses.pause(target, by, null, 3000)).toEqual(again);
    expect(await pauses.list()).toEqual([again]);
    expect(await pauses.resume(target, by)).toEqual(again);
    expect(await pauses.resume(target, by)).toBeUndefined();
    const acts = (await audit.list(2)).map(({ act, subject, by_name, details }) => [
      act,
      subject,
      by_name,
      details,
    ]);
    expect(acts).toEqual([
      ['worker_resumed', 'gpu 1', 'night shift', JSON.stringify({ since: new Date(1000).toISOString() })],
      ['worker_paused', 'gpu 1', 'night shift', null],
    ]);
  });

  it('gives the waiting photos of an album another priority and turns in their order, and later ones too', async () => {
    const owner = await insertVisitor(db);
    const album = await insertAlbum(db, owner);
    const inAlbum = { ownerId: owner.id, albumId: album.id };
    const [one, two, handedOver, running] = [
      await insertTask(tasks, newTask({ ...inAlbum, turn: 7, priority: 0 })),
      await insertTask(tasks, newTask({ ...inAlbum, turn: 3, priority: 0 })),
      await insertTask(tasks, newTask({ ...inAlbum, turn: 1, priority: 0 })),
      await insertTask(tasks, newTask({ ...inAlbum, turn: 0, priority: 0 })),
    ];
    await db.updateTable('tasks').set({ dispatched: 5 }).where('id', '=', handedOver.id).execute();
    await tasks.apply(eventOf(running, 'started'));
    const priorities = new AlbumPriorityStore(db, audit);
    let turn = 100;
    const changed = await priorities.set(
      { albumId: album.id, priority: 8, by, note: 'a wedding' },
      () => turn++,
    );
    expect(changed?.map(({ id, turn, priority }) => [id, turn, priority])).toEqual([
      [handedOver.id, 1, 8],
      [two.id, 100, 8],
      [one.id, 101, 8],
    ]);
    expect(await tasks.find(one.id)).toMatchObject({ priority: 8, turn: 101 });
    expect(await tasks.find(running.id)).toMatchObject({ priority: 0 });
    expect(await tasks.priorityIn(album)).toBe(8);
    expect(await audit.list(1)).toMatchObject([
      { act: 'album_priority_set', subject: album.id, count: 3, note: 'a wedding' },
    ]);
    const [before] = await audit.list(1);
    const nowhere = { albumId: owner.id, priority: 1, by, note: null };
    expect(await priorities.set(nowhere, () => 0)).toBeUndefined();
    expect(await audit.list(1)).toEqual([before]);
  });
});
