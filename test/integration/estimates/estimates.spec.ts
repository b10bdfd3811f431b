import type { WorkerStatus } from '@app/contracts';
import { WorkerStatusPublisher } from '@app/messaging';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATABASE } from '../../../apps/api/src/database/database.module.js';
import { migrate } from '../../../apps/api/src/database/migrate.js';
import { openDatabase } from '../../../apps/api/src/database/open-database.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { TaskLogStore } from '../../../apps/api/src/tasks/task-log.store.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { eventOf, insertTask, newTask } from '../api/sample-tasks.js';
import { startPublisher } from '../messaging/test-worker.js';
import sharp from 'sharp';

const SERVICE_MS = 30_000;
const vhost = withVhost();
const WITHIN = { timeout: 15_000, interval: 50 };

let folder: string;
let api: TestApi;
let photo: Buffer;

/** Forty people that took 30 s each, an hour ago. */
async function writeHistory(dataDir: string): Promise<void> {
  const db = openDatabase(`file:${join(dataDir, 'photo-repair.db')}`);
  await migrate(db);
  const tasks = new TasksStore(db, new TaskLogStore(db));
  for (let index = 0; index < 40; index++) {
    const startedAt = Date.now() - 3_600_000 + index * SERVICE_MS;
    const row = await insertTask(
      tasks,
      newTask({ createdAt: startedAt - 1000, expiresAt: Date.now() + 86_400_000 }),
    );
    await tasks.apply(eventOf(row, 'started', { at: new Date(startedAt).toISOString() }));
    await tasks.apply(eventOf(row, 'succeeded', { at: new Date(startedAt + SERVICE_MS).toISOString() }));
  }
  await db.destroy();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photo-repair-estimates-'));
  await writeHistory(folder);
  api = await TestApi.start({ AMQP_URL: vhost.url, DATA_DIR: folder });
  photo = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#888' } })
    .jpeg()
    .toBuffer();
});

afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true, force: true });
});

function worker(changes: Partial<WorkerStatus> = {}): WorkerStatus {
  return {
    version: 1,
    kind: 'worker',
    worker: 'w',
    process: '0d4a7f4e-6c0a-4d3a-8a3c-0d6f1c2b3a40',
    taskTypes: ['person', 'building'],
    concurrency: 1,
    lookahead: 0,
    running: [],
    engines: [],
    tap: 'open',
    closedBecause: null,
    at: new Date().toISOString(),
    ...changes,
  };
}

async function startWorker() {
  const { publisher, events } = await startPublisher(vhost, ['person', 'building'], 'w');
  const statuses = new WorkerStatusPublisher(publisher);
  return {
    events,
    tell: (changes: Partial<WorkerStatus> = {}) => statuses.publishWorkerStatus(worker(changes)),
  };
}

async function submit(type: string): Promise<string> {
  const response = await api.submit(photo, 'photo.jpg', { type });
  expect(response.status).toBe(202);
  return ((await response.json()) as { id: string }).id;
}

/** Seconds since 1970. */
async function estimateOf(id: string): Promise<{ from: number; to: number } | null> {
  const { estimate } = await api.task(id);
  const seconds = (iso: string) => Date.parse(iso) / 1000;
  return estimate && { from: seconds(estimate.from), to: seconds(estimate.to) };
}

async function metric(line: string): Promise<number> {
  const response = await api.as('operator').fetch('/metrics');
  const found = (await response.text()).split('\n').find((each) => each.startsWith(`${line} `));
  return found === undefined ? Number.NaN : Number(found.slice(line.length));
}

describe('an estimate', () => {
  it('is given while somebody works on the type and some of it have succeeded, and judged by the end', async () => {
    const { events, tell } = await startWorker();
    const before = await submit('person');
    expect(await estimateOf(before)).toBeNull();
    await vi.waitFor(async () => {
      tell();
      expect(await metric('photo_repair_worker_slots{type="person",tap="open"}')).toBe(1);
      // A forecast is kept for a second, also that there is none.
      expect(await estimateOf(before)).not.toBeNull();
    }, WITHIN);

    const since = Date.now() / 1000;
    const first = await submit('person');
    const second = await submit('person');
    const [one, two] = [(await estimateOf(first))!, (await estimateOf(second))!];
    const passed = Date.now() / 1000 - since;
    // Places 2 and 3 with nobody at work: 60 s and 90 s.
    expect(one.from - since).toBeGreaterThan(40);
    expect(one.from - since).toBeLessThan(60 + passed);
    expect(one.to - since).toBeGreaterThan(60);
    expect(two.from).toBeGreaterThan(one.from);
    expect(two.to - since).toBeGreaterThan(90);
    expect(await estimateOf(await submit('building'))).toBeNull();

    tell({ tap: 'closed', closedBecause: 'no_engine' });
    await vi.waitFor(async () => expect(await estimateOf(first)).toBeNull(), WITHIN);
    tell();
    await vi.waitFor(async () => expect(await estimateOf(first)).not.toBeNull(), WITHIN);

    const task = { id: first, type: 'person' };
    // As promised when it was submitted, however long ago that is.
    const startedAt = Date.parse((await api.task(first)).created_at) + 30_000;
    const at = (ms: number) => ({ at: new Date(startedAt + ms).toISOString() });
    await events.publish(eventOf(task, 'started', at(0)) as Parameters<typeof events.publish>[0]);
    await events.publish(eventOf(task, 'succeeded', at(SERVICE_MS)) as Parameters<typeof events.publish>[0]);
    await vi.waitFor(
      async () =>
        expect(await metric('photo_repair_estimates_total{type="person",outcome="inside"}')).toBe(1),
      WITHIN,
    );
    expect(await metric('photo_repair_estimate_inside_ratio{type="person"}')).toBe(1);
    expect(await metric('photo_repair_tasks_in_state{type="person",state="succeeded"}')).toBe(41);
  });

  it('of a running task tells what is left of it', async () => {
    const { events } = await startWorker();
    const task = { id: await submit('person'), type: 'person' };
    const begunAt = Date.now() - 20_000;
    const begun = { at: new Date(begunAt).toISOString() };
    await events.publish(eventOf(task, 'started', begun) as Parameters<typeof events.publish>[0]);
    await vi.waitFor(async () => expect((await api.task(task.id)).status).toBe('running'), WITHIN);
    const { from, to } = (await api.task(task.id)).estimate!;
    const secondsAfterBegun = (iso: string) => (Date.parse(iso) - begunAt) / 1000;
    expect(secondsAfterBegun(from)).toBeGreaterThan(25);
    expect(secondsAfterBegun(to)).toBeLessThan(35);
  });

  it('that was given first is written down with the task', async () => {
    const { tell } = await startWorker();
    const before = await submit('person');
    await vi.waitFor(async () => {
      tell();
      expect(await metric('photo_repair_workers{type="person"}')).toBe(1);
      expect(await estimateOf(before)).not.toBeNull();
    }, WITHIN);
    const askedAt = Date.now();
    const id = await submit('person');
    const { estimate } = await api.task(id);
    // It counts from the moment of asking.
    const slack = 2000 + Date.now() - askedAt;
    const db = api.app.get<Database>(DATABASE);
    await vi.waitFor(async () => {
      const row = await db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
      expect(Math.abs(row.estimate_from! - Date.parse(estimate!.from))).toBeLessThanOrEqual(slack);
      expect(row.estimate_to).toBeGreaterThan(row.estimate_from!);
    }, WITHIN);
  });
});

it('is learnt anew after a restart from those that were judged before', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'photo-repair-estimates-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  await writeHistory(dataDir);
  const db = openDatabase(`file:${join(dataDir, 'photo-repair.db')}`);
  const late = (await db.selectFrom('tasks').select('id').limit(10).execute()).map(({ id }) => id);
  await db
    .updateTable('tasks')
    .set({ estimate_from: 1, estimate_to: 2 ** 45 })
    .execute();
  await db.updateTable('tasks').set({ estimate_to: 2 }).where('id', 'in', late).execute();
  await db.destroy();
  await api.close();
  api = await TestApi.start({ AMQP_URL: vhost.url, DATA_DIR: dataDir });
  expect(await metric('photo_repair_estimate_inside_ratio{type="person"}')).toBe(0.75);
  expect(await metric('photo_repair_estimates_total{type="person",outcome="late"}')).toBeNaN();
});
