import type { TaskView } from '@app/contracts';
import { TaskPublisher } from '@app/messaging';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DATABASE } from '../../../apps/api/src/database/database.module.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { OutboxStore } from '../../../apps/api/src/outbox/outbox.store.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { PrivatePostgres } from '../../support/private-postgres.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { TcpRelay } from '../messaging/tcp-relay.js';
import { insertTask } from './sample-tasks.js';

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

  it('publish each of 200 messages once', async () => {
    relay.refuse();
    await vi.waitFor(async () => expect([await one.ready(), await other.ready()]).toEqual([false, false]));
    const tasks = new TasksStore(db);
    const ids: string[] = [];
    for (let count = 0; count < 200; count += 1) ids.push((await insertTask(tasks)).id);
    const publishing = [one, other].map((api) => vi.spyOn(api.app.get(TaskPublisher), 'publishTask'));
    relay.forward();
    const outbox = new OutboxStore(db);
    await vi.waitFor(async () => expect(await outbox.count()).toBe(0), { timeout: 20_000 });
    const published = publishing.map(({ mock }) => mock.calls.length);
    expect(published[0]! + published[1]!).toBe(200);
    vi.restoreAllMocks();
    await vhost.expectReady({ 'photo_repair.work.person': 200 });
    expect((await takeAll('photo_repair.work.person', 200)).toSorted()).toEqual(ids.toSorted());
  });

  it('publish what a third one had claimed before it died, once its claim is over', async () => {
    relay.refuse();
    await vi.waitFor(async () => expect([await one.ready(), await other.ready()]).toEqual([false, false]));
    const { id } = await insertTask(new TasksStore(db));
    const outbox = new OutboxStore(db);
    // Twelve seconds ago, so that the test need not wait for the whole claim.
    expect(await outbox.claim(1, undefined, Date.now() - 12_000)).toHaveLength(1);
    relay.forward();
    await vi.waitFor(async () => expect([await one.ready(), await other.ready()]).toEqual([true, true]), {
      timeout: 10_000,
    });
    await vhost.expectReady({ 'photo_repair.work.person': 1 });
    expect(await takeAll('photo_repair.work.person', 1)).toEqual([id]);
  });

  it('make one task of 50 uploads under one key, and keep the pictures of that one only', async () => {
    const photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const kept = async (folder: string) => (await readdir(join(one.dataDir, 'artifacts', folder))).length;
    const before = await other.countTasks();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 === 0 ? one : other).submit(photo, 'a.jpg', { type: 'building' }, headers),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    expect(answers.filter((answer) => answer.headers.get('idempotent-replayed') === 'true')).toHaveLength(49);
    const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as TaskView).id));
    expect(new Set(ids).size).toBe(1);
    expect(await other.countTasks()).toBe(before + 1);
    expect(await kept('originals')).toBe(1);
    expect(await kept('canonical')).toBe(1);
    await vhost.expectReady({ 'photo_repair.work.building': 1 });
  });
});
