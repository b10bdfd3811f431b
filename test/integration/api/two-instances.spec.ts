import type { TaskView } from '@app/contracts';
import { TaskPublisher } from '@app/messaging';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DATABASE } from '../../../apps/api/src/database/database.module.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { HandOverStore } from '../../../apps/api/src/line/hand-over.store.js';
import { LinesService } from '../../../apps/api/src/line/lines.service.js';
import { TaskLogStore } from '../../../apps/api/src/tasks/task-log.store.js';
import { TaskChanges } from '../../../apps/api/src/task-events/task-changes.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { PrivatePostgres } from '../../support/private-postgres.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { TcpRelay } from '../messaging/tcp-relay.js';
import { eventOf, insertTask, newTask } from './sample-tasks.js';

describe('two API instances on one PostgreSQL', () => {
  const vhost = withVhost();
  let postgres: PrivatePostgres;
  let relay: TcpRelay;
  let one: TestApi;
  let other: TestApi;
  let db: Database;

  beforeAll(async () => {
    postgres = await PrivatePostgres.start();
    relay = await TcpRelay.to(vhost.url);
    const settings = { AMQP_URL: relay.url, DATABASE_URL: postgres.url };
    one = await TestApi.start(settings);
    other = await TestApi.start({ ...settings, DATA_DIR: one.dataDir });
    db = one.app.get<Database>(DATABASE);
    // One visitor, whichever instance answers.
    await one.session();
    other.cookie = one.cookie;
  });

  afterAll(async () => {
    await other.close();
    await one.remove();
    await relay.close();
    await postgres.stop();
  });

  async function takeAll(queue: string, count: number): Promise<string[]> {
    const ids = [];
    for (let taken = 0; taken < count; taken += 1) {
      ids.push(String((await vhost.take(queue)).properties.messageId));
    }
    return ids;
  }

  const untilReady = () =>
    vi.waitFor(async () => expect([await one.ready(), await other.ready()]).toEqual([true, true]), {
      timeout: 10_000,
    });

  it('hand each of 60 tasks over once, as fast as they are taken, and agree about every place', async () => {
    const photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    await untilReady();
    const publishing = [one, other].map((api) => vi.spyOn(api.app.get(TaskPublisher), 'publishTask'));
    const tasks: TaskView[] = [];
    for (let count = 0; count < 60; count += 1) {
      const answer = await (count % 2 === 0 ? one : other).submit(photo, 'a.jpg');
      expect(answer.status).toBe(202);
      tasks.push((await answer.json()) as TaskView);
    }
    const placesAt = (api: TestApi) => {
      const line = api.app.get(LinesService).of('person');
      return tasks.map(({ id }) => line.place(id));
    };
    await vi.waitFor(() => expect(placesAt(one)).toEqual(placesAt(other)), { timeout: 10_000 });
    expect(placesAt(one).toSorted((a, b) => a! - b!)).toEqual(tasks.map((_, index) => index + 1));
    const store = new TasksStore(db, new TaskLogStore(db));
    const taken: string[] = [];
    while (taken.length < tasks.length) {
      const [id] = await takeAll('photo_repair.work.person', 1);
      taken.push(id!);
      const stored = await store.apply(eventOf({ id: id!, type: 'person' }, 'started'));
      one.app.get(TaskChanges).stored(stored!);
    }
    expect(publishing.reduce((sum, { mock }) => sum + mock.calls.length, 0)).toBe(60);
    vi.restoreAllMocks();
    expect(taken.toSorted()).toEqual(tasks.map(({ id }) => id).toSorted());
  });

  it('publish what a third one had taken before it died, once its claim is over', async () => {
    relay.refuse();
    await vi.waitFor(async () => expect([await one.ready(), await other.ready()]).toEqual([false, false]));
    const log = new TaskLogStore(db);
    const { id } = await insertTask(new TasksStore(db, log));
    // Twelve seconds ago, so that the test need not wait for the whole claim.
    const wanted = [{ id, order: Date.now() * 1000, brokerClass: 0 }];
    expect(await new HandOverStore(db, log).take(wanted, Date.now() - 12_000)).toHaveLength(1);
    relay.forward();
    await untilReady();
    await vhost.expectReady({ 'photo_repair.work.person': 1 });
    expect(await takeAll('photo_repair.work.person', 1)).toEqual([id]);
  });

  it('read the line anew where news of each other was lost', async () => {
    const { id } = await insertTask(new TasksStore(db, new TaskLogStore(db)), newTask({ type: 'building' }));
    const line = other.app.get(LinesService);
    // Nobody was told of it; what differs has to be seen twice, by these looks or by the instance's own.
    await vi.waitFor(async () => {
      await line.reconcile();
      expect(line.of('building').place(id)).toBe(1);
    });
    // What knows it hands it over.
    expect(await takeAll('photo_repair.work.building', 1)).toEqual([id]);
    await db.deleteFrom('tasks').where('id', '=', id).execute();
  });

  it('read the line anew when they hear of each other again', async () => {
    relay.refuse();
    await vi.waitFor(async () => expect([await one.ready(), await other.ready()]).toEqual([false, false]));
    const lines = other.app.get(LinesService);
    // The looks from time to time would find it too.
    const looks = vi.spyOn(lines, 'reconcile').mockResolvedValue(false);
    const { id } = await insertTask(new TasksStore(db, new TaskLogStore(db)), newTask({ type: 'building' }));
    relay.forward();
    await vi.waitFor(() => expect(lines.of('building').place(id)).toBe(1));
    looks.mockRestore();
    expect(await takeAll('photo_repair.work.building', 1)).toEqual([id]);
    await db.deleteFrom('tasks').where('id', '=', id).execute();
  });

  it('make one task of 50 uploads under one key, and keep the pictures of that one only', async () => {
    const photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const kept = async (folder: string) => (await readdir(join(one.dataDir, 'artifacts', folder))).length;
    const count = async () => (await db.selectFrom('tasks').select('id').execute()).length;
    const before = await count();
    const originals = await kept('originals');
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 === 0 ? one : other).submit(photo, 'a.jpg', { type: 'building' }, headers),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    expect(answers.filter((answer) => answer.headers.get('idempotent-replayed') === 'true')).toHaveLength(49);
    const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as TaskView).id));
    expect(new Set(ids).size).toBe(1);
    expect(await count()).toBe(before + 1);
    expect(await kept('originals')).toBe(originals + 1);
    await vhost.expectReady({ 'photo_repair.work.building': 1 });
  });
});
