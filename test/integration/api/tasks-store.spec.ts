import type { TaskEvent } from '@app/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../../apps/api/src/database/migrate.js';
import { openDatabase } from '../../../apps/api/src/database/open-database.js';
import type { Database, TaskRow } from '../../../apps/api/src/database/schema.js';
import { OutboxStore } from '../../../apps/api/src/outbox/outbox.store.js';
import { TasksStore, type NewTask } from '../../../apps/api/src/tasks/tasks.store.js';
import { PrivatePostgres } from '../../support/private-postgres.js';

/** The same cases on both databases. */
const DIALECTS = {
  'the embedded database': async () => {
    const folder = await mkdtemp(join(tmpdir(), 'photo-repair-store-'));
    return { url: `file:${join(folder, 'tasks.db')}`, stop: () => rm(folder, { recursive: true }) };
  },
  PostgreSQL: async () => {
    const postgres = await PrivatePostgres.start();
    return { url: postgres.url, stop: () => postgres.stop() };
  },
};

describe.each(Object.entries(DIALECTS))('TasksStore on %s', (_name, start) => {
  let server: { url: string; stop: () => Promise<void> };
  let db: Database;
  let tasks: TasksStore;
  let outbox: OutboxStore;

  beforeAll(async () => {
    server = await start();
    db = openDatabase(server.url);
    await migrate(db);
    tasks = new TasksStore(db);
    outbox = new OutboxStore(db);
  });

  afterAll(async () => {
    await db.destroy();
    await server.stop();
  });

  it('can be migrated twice', async () => {
    await expect(migrate(db)).resolves.toBeUndefined();
  });

  it('records a task together with its message', async () => {
    const task = newTask();
    const row = await tasks.insert(task);
    expect(await tasks.find(row.id)).toEqual(row);
    const pending = await outbox.next(1000);
    expect(pending.map((each) => each.task_id)).toContain(row.id);
    await outbox.remove([row.id]);
    expect((await outbox.next(1000)).map((each) => each.task_id)).not.toContain(row.id);
  });

  it('goes through the outbox a window at a time, in order, each message once', async () => {
    const at = new Date().toISOString();
    for (let count = 0; count < 5; count += 1) await tasks.insert(newTask({ at }));
    const all = await outbox.next(1000);
    const seen: string[] = [];
    let window = await outbox.next(2);
    while (window.length > 0) {
      seen.push(...window.map((each) => each.task_id));
      window = await outbox.next(2, window.at(-1));
    }
    expect(seen).toEqual(all.map((each) => each.task_id));
  });

  it('records neither when the message is there already', async () => {
    const task = newTask();
    await tasks.insert(task);
    const before = await outbox.count();
    await expect(tasks.insert(task)).rejects.toThrow(/unique/i);
    expect(await outbox.count()).toBe(before);
  });

  it('counts the place in line by priority, then by time', async () => {
    const type = 'line';
    const first = await tasks.insert(newTask({ type, at: '2026-01-01T00:00:01.000Z' }));
    const second = await tasks.insert(newTask({ type, at: '2026-01-01T00:00:02.000Z' }));
    const urgent = await tasks.insert(newTask({ type, at: '2026-01-01T00:00:03.000Z', priority: 4 }));
    await tasks.insert(newTask({ type: 'elsewhere', at: '2026-01-01T00:00:00.000Z' }));
    const places = await Promise.all([urgent, first, second].map((row) => tasks.queuePosition(row)));
    expect(places).toEqual([1, 2, 3]);
    expect([...(await tasks.places(type))]).toEqual(
      [urgent, first, second].map((row, index) => [row.id, index + 1]),
    );
    await tasks.apply(event(first, 'started'));
    expect(await tasks.queuePosition(second)).toBe(2);
  });

  it('counts tasks by type and state as numbers', async () => {
    const row = await tasks.insert(newTask({ type: 'counted' }));
    await tasks.insert(newTask({ type: 'counted' }));
    await tasks.apply(event(row, 'started'));
    const counts = (await tasks.counts()).filter((each) => each.type === 'counted');
    expect(counts.toSorted((a, b) => a.state.localeCompare(b.state))).toEqual([
      { type: 'counted', state: 'queued', count: 1 },
      { type: 'counted', state: 'running', count: 1 },
    ]);
  });

  it('walks from queued over a retry to succeeded', async () => {
    const row = await tasks.insert(newTask());
    expect(await tasks.apply(event(row, 'started'))).toMatchObject({ state: 'running', attempts: 1 });
    expect(await tasks.apply(event(row, 'retrying'))).toMatchObject({ state: 'queued', attempts: 1 });
    expect(await tasks.apply(event(row, 'started', 2))).toMatchObject({
      state: 'running',
      attempts: 2,
      failure: null,
    });
    const done = await tasks.apply(event(row, 'succeeded', 2));
    expect(done).toMatchObject({ state: 'succeeded', attempts: 2 });
    expect(JSON.parse(done!.engine!)).toEqual({ name: 'built-in', version: '1', colouring: 'preview' });
  });

  it.each(['succeeded', 'failed'] as const)('never leaves %s', async (final) => {
    const row = await tasks.insert(newTask());
    const ended = await tasks.apply(event(row, final));
    for (const late of ['started', 'retrying', 'succeeded', 'failed'] as const) {
      expect(await tasks.apply(event(row, late, 9))).toBeUndefined();
    }
    expect(await tasks.find(row.id)).toEqual(ended);
  });

  it('ignores what comes twice or too late', async () => {
    const row = await tasks.insert(newTask());
    await tasks.apply(event(row, 'started'));
    expect(await tasks.apply(event(row, 'started'))).toBeUndefined();
    await tasks.apply(event(row, 'retrying'));
    expect(await tasks.apply(event(row, 'retrying'))).toBeUndefined();
    expect(await tasks.apply(event(row, 'started'))).toBeUndefined();
    await tasks.apply(event(row, 'started', 2));
    expect(await tasks.apply(event(row, 'retrying', 1))).toBeUndefined();
    expect(await tasks.find(row.id)).toMatchObject({ state: 'running', attempts: 2 });
  });

  it('takes a retry whose start was overtaken', async () => {
    const row = await tasks.insert(newTask());
    expect(await tasks.apply(event(row, 'retrying'))).toMatchObject({ state: 'queued', attempts: 1 });
    expect(await tasks.apply(event(row, 'started'))).toBeUndefined();
  });

  it('knows nothing of a task that nobody made', async () => {
    const stranger = { ...(await tasks.insert(newTask())), id: uuidv7() };
    expect(await tasks.apply(event(stranger, 'succeeded'))).toBeUndefined();
    expect(await tasks.find(stranger.id)).toBeUndefined();
  });
});

function newTask({ type = 'person', at = new Date().toISOString(), priority = 0 } = {}): NewTask {
  const image = {
    key: 'canonical/a.png',
    mediaType: 'image/png' as const,
    width: 10,
    height: 20,
    bytes: 300,
    sha256: 'a'.repeat(64),
  };
  const message = {
    version: 1 as const,
    taskId: uuidv7(),
    taskType: type,
    image,
    parameters: {},
    submittedAt: at,
  };
  return {
    message,
    priority,
    filename: '奶奶1953年.jpg',
    original: image,
    canonical: image,
    parameters: { size: 512 },
  };
}

function event(
  row: TaskRow,
  kind: 'started' | 'retrying' | 'succeeded' | 'failed',
  attempt = 1,
): Exclude<TaskEvent, { kind: 'progress' }> {
  const base = {
    version: 1 as const,
    taskId: row.id,
    taskType: row.type,
    at: new Date().toISOString(),
    attempt,
    worker: 'w',
  };
  const failure = { code: 'unknown' as const, message: 'no reason' };
  const result = newTask().canonical;
  switch (kind) {
    case 'started':
      return { ...base, kind };
    case 'retrying':
      return { ...base, kind, failure, retryAfterMs: 5000 };
    case 'failed':
      return { ...base, kind, failure };
    case 'succeeded':
      return { ...base, kind, result, engine: { name: 'built-in', version: '1', colouring: 'preview' } };
  }
}
