import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../../apps/api/src/database/migrate.js';
import { openDatabase } from '../../../apps/api/src/database/open-database.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { TaskLogStore } from '../../../apps/api/src/tasks/task-log.store.js';
import { nextState, TRANSITIONS, type StateChange } from '../../../apps/api/src/tasks/task-transitions.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { Dice } from '../../faults/dice.js';
import { DATABASES, type TestDatabase } from './databases.js';
import { insertAlbum, insertVisitor } from '../erasure/sample-owners.js';
import { eventOf, insertTask, newTask, OWNER } from './sample-tasks.js';

describe.each(DATABASES)('TasksStore on %s', (_name, start) => {
  let server: TestDatabase;
  let db: Database;
  let tasks: TasksStore;
  let log: TaskLogStore;

  beforeAll(async () => {
    server = await start();
    db = openDatabase(server.url);
    await migrate(db);
    log = new TaskLogStore(db);
    tasks = new TasksStore(db, log);
  });

  afterAll(async () => {
    await db.destroy();
    await server.stop();
  });

  it('can be migrated twice', async () => {
    await expect(migrate(db)).resolves.toBeUndefined();
  });

  it('records a task together with its first step', async () => {
    const row = await insertTask(tasks, newTask({ deadlineAt: 1234, priority: 9, turn: 2.5 }));
    expect(row).toMatchObject({ deadline_at: 1234, run: 0, seq: 1, dispatched: null, turn: 2.5 });
    expect(await tasks.find(row.id)).toEqual(row);
    expect(await log.ofTask(row.id)).toMatchObject([{ seq: 1, step: 'submitted', state: 'queued' }]);
  });

  it('records neither when the task is there already', async () => {
    const task = newTask();
    await tasks.insert(task);
    await expect(tasks.insert(task)).rejects.toThrow(/unique/i);
    expect(await log.ofTask(task.id)).toHaveLength(1);
  });

  it('records one task per idempotency key of an owner, and any number without one', async () => {
    const idempotencyKey = uuidv7();
    const stored = await Promise.all([
      ...Array.from({ length: 20 }, () => tasks.insert(newTask({ idempotencyKey }))),
      tasks.insert(newTask({ idempotencyKey, ownerId: uuidv7() })),
      tasks.insert(newTask()),
      tasks.insert(newTask()),
    ]);
    const recorded = stored.filter((each) => typeof each !== 'string');
    expect(recorded).toHaveLength(4);
    expect(stored.filter((each) => each === 'key_taken')).toHaveLength(19);
    const mine = recorded.find(({ row }) => row.idempotency_key === idempotencyKey && row.owner_id === OWNER);
    expect(await tasks.findByKey(OWNER, idempotencyKey)).toEqual(mine?.row);
    expect(await tasks.findByKey(OWNER, 'nobody has it')).toBeUndefined();
  });

  it('numbers the steps of an album without gaps, whoever writes them at the same time', async () => {
    const { id: albumId } = await insertAlbum(db, await insertVisitor(db));
    const rows = await Promise.all(
      Array.from({ length: 20 }, () => insertTask(tasks, newTask({ albumId, expiresAt: 99 }))),
    );
    await Promise.all(rows.map((row) => tasks.apply(eventOf(row, 'started'))));
    await Promise.all(rows.map((row) => tasks.apply(eventOf(row, 'succeeded'))));
    const entries = await log.ofAlbum(albumId, 0, 1000);
    expect(entries.map((entry) => entry.album_seq)).toEqual(
      Array.from({ length: 60 }, (_, index) => index + 1),
    );
    for (const row of rows) {
      expect((await log.ofTask(row.id)).map(({ seq, step }) => [seq, step])).toEqual([
        [1, 'submitted'],
        [2, 'started'],
        [3, 'succeeded'],
      ]);
    }
    expect(new Set(rows.map((row) => row.album_index)).size).toBe(20);
    const album = await db.selectFrom('albums').selectAll().where('id', '=', albumId).executeTakeFirst();
    expect(album).toMatchObject({ seq: 60, photos: 20, expires_at: 99 });
  });

  it('takes no more photos into an album than it may have, and none into one that is gone', async () => {
    const { id: albumId } = await insertAlbum(db, await insertVisitor(db));
    const room = { maxPhotos: 3 };
    const stored = await Promise.all(
      Array.from({ length: 8 }, () => tasks.insert(newTask({ albumId }), room)),
    );
    expect(stored.filter((each) => typeof each !== 'string')).toHaveLength(3);
    expect(stored.filter((each) => each === 'album_full')).toHaveLength(5);
    expect(await tasks.insert(newTask({ albumId: uuidv7() }), room)).toBe('album_gone');
    expect(await log.ofAlbum(albumId, 0, 100)).toHaveLength(3);
  });

  it('counts what an owner keeps', async () => {
    const { id: ownerId } = await insertVisitor(db);
    await Promise.all([insertTask(tasks, newTask({ ownerId })), insertTask(tasks, newTask({ ownerId }))]);
    const owner = await db.selectFrom('owners').selectAll().where('id', '=', ownerId).executeTakeFirst();
    expect(owner?.used_bytes).toBe(600);
  });

  it('walks from queued over a retry to succeeded', async () => {
    const row = await insertTask(tasks);
    expect((await tasks.apply(eventOf(row, 'started')))?.row).toMatchObject({
      state: 'running',
      attempts: 1,
      run: 1,
    });
    expect((await tasks.apply(eventOf(row, 'retrying')))?.row).toMatchObject({
      state: 'queued',
      attempts: 1,
      run: 1,
    });
    expect((await tasks.apply(eventOf(row, 'started', { run: 2 })))?.row).toMatchObject({
      state: 'running',
      attempts: 2,
      failure: null,
    });
    const done = (await tasks.apply(eventOf(row, 'succeeded', { run: 2 })))?.row;
    expect(done).toMatchObject({ state: 'succeeded', attempts: 2 });
    expect(JSON.parse(done!.engine!)).toEqual({ name: 'built-in', version: '1', colouring: 'preview' });
  });

  it('runs on in the same attempt after a worker was lost, and its start still rises', async () => {
    const row = await insertTask(tasks);
    const at = new Date(2026, 0, 1).toISOString();
    const first = (await tasks.apply(eventOf(row, 'started', { at })))?.row;
    expect((await tasks.apply(eventOf(row, 'requeued')))?.row).toMatchObject({
      state: 'queued',
      attempts: 1,
    });
    const behind = new Date(2025, 0, 1).toISOString();
    const second = (await tasks.apply(eventOf(row, 'started', { run: 2, attempt: 1, at: behind })))?.row;
    expect(second).toMatchObject({ state: 'running', attempts: 1, run: 2 });
    expect(second!.started_at).toBeGreaterThan(first!.started_at!);
  });

  it('goes back in line afresh when an operator sends it through once more', async () => {
    const row = await insertTask(tasks, newTask({ deadlineAt: Date.now() + 1000 }));
    await tasks.apply(eventOf(row, 'failed'));
    expect((await tasks.apply(eventOf(row, 'redriven', { run: 2, attempt: 1 })))?.row).toMatchObject({
      state: 'queued',
      failure: null,
      finished_at: null,
      deadline_at: null,
      run: 2,
    });
    expect(await tasks.apply(eventOf(row, 'failed'))).toBeUndefined();
    expect(await tasks.apply(eventOf(row, 'expired', { run: 0 }))).toBeUndefined();
    expect((await tasks.apply(eventOf(row, 'started', { run: 3, attempt: 1 })))?.row).toMatchObject({
      state: 'running',
    });
  });

  it.each(['succeeded', 'failed', 'cancelled', 'expired'] as const)('never leaves %s', async (final) => {
    const row = await insertTask(tasks);
    const ended = (await tasks.apply(eventOf(row, final)))?.row;
    expect(ended?.state).toBe(final);
    expect(ended?.finished_at).not.toBeNull();
    for (const late of ['started', 'requeued', 'retrying', 'succeeded', 'failed', 'cancelled'] as const) {
      expect(await tasks.apply(eventOf(row, late, { run: 9 }))).toBeUndefined();
    }
    expect(await tasks.find(row.id)).toEqual(ended);
  });

  it('ignores what comes twice or too late', async () => {
    const row = await insertTask(tasks);
    await tasks.apply(eventOf(row, 'started'));
    expect(await tasks.apply(eventOf(row, 'started'))).toBeUndefined();
    await tasks.apply(eventOf(row, 'retrying'));
    expect(await tasks.apply(eventOf(row, 'retrying'))).toBeUndefined();
    expect(await tasks.apply(eventOf(row, 'started'))).toBeUndefined();
    await tasks.apply(eventOf(row, 'started', { run: 2 }));
    expect(await tasks.apply(eventOf(row, 'retrying'))).toBeUndefined();
    expect(await tasks.find(row.id)).toMatchObject({ state: 'running', attempts: 2 });
  });

  it('takes a retry whose start was overtaken', async () => {
    const row = await insertTask(tasks);
    expect((await tasks.apply(eventOf(row, 'retrying')))?.row).toMatchObject({
      state: 'queued',
      attempts: 1,
    });
    expect(await tasks.apply(eventOf(row, 'started'))).toBeUndefined();
  });

  it('expires only what is overdue and was never begun', async () => {
    const now = Date.now();
    const [early, late, begun] = [
      await insertTask(tasks, newTask({ deadlineAt: now - 5000 })),
      await insertTask(tasks, newTask({ deadlineAt: now + 5000 })),
      await insertTask(tasks, newTask({ deadlineAt: now - 5000 })),
    ];
    const forEver = await insertTask(tasks);
    await tasks.apply(eventOf(begun, 'started'));
    await tasks.apply(eventOf(begun, 'requeued'));
    const overdue = await tasks.findOverdue(now, 1000);
    const ids = overdue.map((row) => row.id);
    expect(ids).toContain(early.id);
    for (const row of [late, begun, forEver]) {
      expect(ids).not.toContain(row.id);
      expect(await tasks.apply(eventOf(row, 'expired', { run: 0 }), { deadlineUpTo: now })).toBeUndefined();
    }
    expect(
      (await tasks.apply(eventOf(early, 'expired', { run: 0 }), { deadlineUpTo: now }))?.row,
    ).toMatchObject({
      state: 'expired',
    });
  });

  it('finds overdue tasks a batch at a time, each once, also of the same moment', async () => {
    const deadlineAt = Date.now() - 60_000;
    const made = [];
    for (let count = 0; count < 5; count += 1) made.push(await insertTask(tasks, newTask({ deadlineAt })));
    const seen: string[] = [];
    let batch = await tasks.findOverdue(deadlineAt, 2);
    while (batch.length > 0) {
      seen.push(...batch.map((row) => row.id));
      batch = await tasks.findOverdue(deadlineAt, 2, batch.at(-1));
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(made.map((row) => row.id)));
  });

  it('knows nothing of a task that nobody made', async () => {
    const stranger = { ...(await insertTask(tasks)), id: uuidv7() };
    expect(await tasks.apply(eventOf(stranger, 'succeeded'))).toBeUndefined();
    expect(await tasks.find(stranger.id)).toBeUndefined();
  });

  it('does with random events, doubled and shuffled, what the table of transitions says', async () => {
    const dice = new Dice(Math.trunc(Math.random() * 2 ** 31));
    const kinds = Object.keys(TRANSITIONS) as StateChange[];
    const reached = new Set<string>();
    for (let round = 0; round < 40; round += 1) {
      const row = await insertTask(tasks);
      let known: Pick<typeof row, 'state' | 'run'> = { state: row.state, run: row.run };
      const some = Array.from({ length: dice.between(3, 12) }, () =>
        eventOf(row, dice.pick(kinds), { run: dice.whole(5) }),
      );
      const events = dice.shuffle([...some, ...some.filter(() => dice.whole(2) === 0)]);
      for (const event of events) {
        const expected = nextState(known.state, known.run, event);
        const changed = (await tasks.apply(event))?.row;
        const seen = { seed: dice.seed, known, kind: event.kind, run: event.run };
        const after = changed && { state: changed.state, run: changed.run };
        expect({ ...seen, after }).toEqual({ ...seen, after: expected });
        known = expected ?? known;
        reached.add(known.state);
      }
      expect(await tasks.find(row.id)).toMatchObject(known);
    }
    expect(reached.size).toBeGreaterThan(3);
  });
});
