import { LocalArtifactStore } from '@app/artifact-store';
import { taskLedgerKey, type TaskMessage, type TaskTypeView, type TaskView } from '@app/contracts';
import { createLogger } from '@app/runtime';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { DATABASE } from '../../../apps/api/src/database/database.module.js';
import { migrate } from '../../../apps/api/src/database/migrate.js';
import { openDatabase } from '../../../apps/api/src/database/open-database.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import type { TakeBack } from '../../../apps/api/src/line/take-back.js';
import { ExpiryService } from '../../../apps/api/src/expiry/expiry.service.js';
import type { TaskChanges } from '../../../apps/api/src/task-events/task-changes.js';
import type { StoredChange } from '../../../apps/api/src/tasks/stored-change.js';
import { TaskLogStore } from '../../../apps/api/src/tasks/task-log.store.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { listenTo, toldTasks } from '../../support/live-listener.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { DATABASES, type TestDatabase } from './databases.js';
import { eventOf, insertTask, newTask } from './sample-tasks.js';

const AWAY = 'amqp://127.0.0.1:1';
const PERSON = 'photo_repair.work.person';
const SIDE_FILES = { person: 'DDColor人物黑白修复', building: 'DDColor建筑黑白修复' };

let photo: Buffer;
beforeAll(async () => {
  photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
});

const submitTo = async (api: TestApi, type = 'person') =>
  (await (await api.submit(photo, 'a.jpg', { type })).json()) as TaskView;
const untilState = (api: TestApi, id: string, state: string) =>
  vi.waitFor(async () => expect((await api.task(id)).status).toBe(state), { timeout: 15_000, interval: 50 });
const setDeadline = (api: TestApi, id: string, deadlineAt: number | null) =>
  api.app
    .get<Database>(DATABASE)
    .updateTable('tasks')
    .set({ deadline_at: deadlineAt })
    .where('id', '=', id)
    .execute();
const writeLedger = (dataDir: string, id: string) =>
  new LocalArtifactStore(join(dataDir, 'artifacts')).put(
    taskLedgerKey(id),
    Buffer.from('{}'),
    'application/json',
  );

describe('the waiting limit', () => {
  const vhost = withVhost();

  it('ends a task that no worker began, once, everywhere', async () => {
    const api = await TestApi.start({ AMQP_URL: vhost.url, QUEUE_TIMEOUT: '2s' });
    onTestFinished(() => api.remove());
    const { id } = await submitTo(api);
    const heard = await listenTo(api, `task:${id}`);
    await vhost.expectReady({ [PERSON]: 1 });

    await untilState(api, id, 'expired');
    const task = await api.task(id);
    const waitedMs = Date.parse(task.finished_at!) - Date.parse(task.created_at);
    expect(waitedMs).toBeGreaterThan(1900);
    expect(waitedMs).toBeLessThan(20_000);
    expect(task).toMatchObject({ queue_position: null, error: null, output: null, started_at: null });
    const told = () => toldTasks(heard).map(({ status }) => status);
    await vi.waitFor(() => expect(told().at(-1)).toBe('expired'));
    expect(told().filter((status) => status !== 'queued')).toEqual(['expired']);
    await vhost.expectReady({ [PERSON]: 0, 'photo_repair.expired': 0, 'photo_repair.parking': 0 });
    const metrics = await (await fetch(`${api.url}/metrics`)).text();
    expect(metrics).toContain('photo_repair_tasks_finished_total{type="person",outcome="expired"} 1');
    expect((await api.fetch(`/v1/tasks/${id}/result`)).status).toBe(409);
  });

  it('is in the message, by the type where its side file says so, and absent where there is none', async () => {
    const workflows = await mkdtemp(join(tmpdir(), 'photo-repair-workflows-'));
    onTestFinished(() => rm(workflows, { recursive: true }));
    await cp('workflows', workflows, { recursive: true });
    const side = join(workflows, `${SIDE_FILES.building}.task-type.json`);
    const content = JSON.parse(await readFile(side, 'utf8')) as object;
    await writeFile(side, JSON.stringify({ ...content, queueTimeout: '0' }));
    const api = await TestApi.start({ AMQP_URL: vhost.url, WORKFLOWS_DIR: workflows });
    onTestFinished(() => api.remove());
    const { items } = (await (await fetch(`${api.url}/v1/task-types`)).json()) as { items: TaskTypeView[] };
    const limits = Object.fromEntries(items.map((item) => [item.type, item.queue_timeout_s]));
    expect(limits).toMatchObject({ person: null, building: 0 });

    const person = await submitTo(api);
    await submitTo(api, 'building');
    const limited = await vhost.take(PERSON);
    const deadline = Date.parse(person.created_at) + 300_000;
    expect(limited.properties.headers?.['x-deadline']).toBe(deadline);
    expect(Number(limited.properties.expiration)).toBeGreaterThan(290_000);
    expect(Number(limited.properties.expiration)).toBeLessThanOrEqual(300_000);
    const unlimited = await vhost.take('photo_repair.work.building');
    expect(unlimited.properties.headers).not.toHaveProperty('x-deadline');
    expect(unlimited.properties.expiration).toBeUndefined();
  });

  it('is kept without the broker, and after no API ran when it passed', async () => {
    const before = await TestApi.start({ AMQP_URL: AWAY });
    const { id } = await submitTo(before);
    await setDeadline(before, id, Date.now() - 60_000);
    await before.close();
    const api = await TestApi.start({ AMQP_URL: AWAY, DATA_DIR: before.dataDir });
    onTestFinished(() => api.remove());
    api.cookie = before.cookie;
    await untilState(api, id, 'expired');
    expect(await api.metric('photo_repair_tasks_held{type="person"}')).toBe(0);
  });

  it('ends no task that a worker has begun, although the API has not heard of that yet', async () => {
    const api = await TestApi.start({ AMQP_URL: AWAY });
    onTestFinished(() => api.remove());
    const [begun, fresh] = [await submitTo(api), await submitTo(api)];
    await writeLedger(api.dataDir, begun.id);
    const now = Date.now();
    // The begun one comes first, and both in one sweep.
    await setDeadline(api, begun.id, now - 5000);
    await setDeadline(api, fresh.id, now - 4000);
    await untilState(api, fresh.id, 'expired');
    expect((await api.task(begun.id)).status).toBe('queued');
  });
});

describe('a message that the broker found overdue', () => {
  const vhost = withVhost();
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({ AMQP_URL: vhost.url });
    await vi.waitFor(async () => expect(await api.ready()).toBe(true), { timeout: 15_000 });
  });
  afterAll(() => api.remove());
  /** What still waits would keep the next one from being handed over. */
  afterEach(async () => {
    for (const id of made.splice(0)) await api.cancel(id);
  });
  const made: string[] = [];

  /** A new task, with its message taken out of its queue, as if the broker had moved it. */
  async function overdue(): Promise<{ id: string; message: TaskMessage; send: () => Promise<void> }> {
    const { id } = await submitTo(api);
    made.push(id);
    const { content, properties } = await vhost.take(PERSON);
    expect(properties.messageId).toBe(id);
    const headers = properties.headers ?? {};
    const send = () => vhost.publish('', 'photo_repair.expired', content, { messageId: id, headers });
    return { id, message: JSON.parse(content.toString()) as TaskMessage, send };
  }

  it('ends its task where nobody had begun it', async () => {
    const { id, send } = await overdue();
    await setDeadline(api, id, Date.now());
    await send();
    await untilState(api, id, 'expired');
    expect((await api.task(id)).started_at).toBeNull();
    await vhost.expectReady({ 'photo_repair.expired': 0, [PERSON]: 0, 'photo_repair.parking': 0 });
  });

  it.each<[string, (id: string) => Promise<unknown>]>([
    [
      'has been told to run',
      async (id) => {
        const event = Buffer.from(JSON.stringify(eventOf({ id, type: 'person' }, 'started')));
        await vhost.publish('photo_repair.events', 'state.person', event, { persistent: true });
        await untilState(api, id, 'running');
      },
    ],
    ['has a ledger, as after its worker died', (id) => writeLedger(api.dataDir, id)],
  ])('goes back in line where its task %s', async (_, happen) => {
    const { id, message, send } = await overdue();
    await happen(id);
    const { status } = await api.task(id);
    await send();
    const again = await vhost.take(PERSON);
    expect(JSON.parse(again.content.toString())).toEqual(message);
    expect(again.properties.headers).toMatchObject({ 'x-came-back': true });
    expect(again.properties.expiration).toBeUndefined();
    expect((await api.task(id)).status).toBe(status);
    await vhost.expectReady({ 'photo_repair.expired': 0, [PERSON]: 0, 'photo_repair.parking': 0 });
  });

  it.each([
    ['has been given more time', 60_000],
    ['has no limit any more', null],
  ])('is published anew, with the limit of then, where its task %s', async (_, moreMs) => {
    const { id, message, send } = await overdue();
    const deadlineAt = moreMs === null ? null : Date.now() + moreMs;
    await setDeadline(api, id, deadlineAt);
    await send();
    const again = await vhost.take(PERSON);
    expect(JSON.parse(again.content.toString())).toEqual(message);
    expect(again.properties.headers!['x-deadline'] ?? null).toBe(deadlineAt);
    expect(again.properties.expiration === undefined).toBe(moreMs === null);
    expect((await api.task(id)).status).toBe('queued');
    await vhost.expectReady({ 'photo_repair.expired': 0, [PERSON]: 0, 'photo_repair.parking': 0 });
  });

  it('is dropped where its task has ended', async () => {
    const { id, send } = await overdue();
    expect((await api.cancel(id)).status).toBe(200);
    await send();
    // The next one behind it shows that it is gone.
    const next = await overdue();
    await writeLedger(api.dataDir, next.id);
    await next.send();
    expect((await vhost.take(PERSON)).properties.messageId).toBe(next.id);
    await vhost.expectReady({ 'photo_repair.expired': 0, [PERSON]: 0, 'photo_repair.parking': 0 });
  });

  it('is parked where nobody knows its task', async () => {
    const { message } = await overdue();
    const unknown = { ...message, taskId: crypto.randomUUID() };
    await vhost.publish('', 'photo_repair.expired', Buffer.from(JSON.stringify(unknown)));
    const parked = await vhost.take('photo_repair.parking');
    expect(JSON.parse(parked.content.toString())).toEqual(unknown);
    await vhost.expectReady({ 'photo_repair.expired': 0, [PERSON]: 0 });
  });
});

describe.each(DATABASES)('several sweepers at once on %s', (_, start) => {
  let server: TestDatabase;
  let folder: string;
  let db: Database;

  beforeAll(async () => {
    server = await start();
    folder = await mkdtemp(join(tmpdir(), 'photo-repair-sweep-'));
    db = openDatabase(server.url);
    await migrate(db);
  });
  afterAll(async () => {
    await db.destroy();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  it('end each overdue task once, and see all of more than a batch', async () => {
    const tasks = new TasksStore(db, new TaskLogStore(db));
    const artifacts = new LocalArtifactStore(folder);
    const deadlineAt = Date.now() - 10_000;
    const ids: string[] = [];
    for (let count = 0; count < 130; count += 1)
      ids.push((await insertTask(tasks, newTask({ deadlineAt }))).id);
    // More than a batch of begun tasks must not hide those behind them.
    for (const id of ids.slice(0, 110))
      await artifacts.put(taskLedgerKey(id), Buffer.from('{}'), 'application/json');
    const told: string[] = [];
    const changes = {
      stored: ({ row }: StoredChange) => told.push(row.id),
    } as unknown as TaskChanges;
    const nobody = { take: () => Promise.resolve(false) } as unknown as TakeBack;
    const sweepers = Array.from(
      { length: 3 },
      () => new ExpiryService(tasks, artifacts, changes, nobody, createLogger('test', 'silent')),
    );
    const { signal } = new AbortController();
    const ended = await Promise.all(sweepers.map((sweeper) => sweeper.sweep(signal)));
    expect(ended.reduce((sum, count) => sum + count, 0)).toBe(20);
    expect(told.toSorted()).toEqual(ids.slice(110).toSorted());
  });
});
