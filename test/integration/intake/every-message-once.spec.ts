import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mulberry32 } from '../../../apps/api/src/estimates/fixed-draws.js';
import { withVhost } from '../../support/vhost.js';
import { DATABASES, type TestDatabase } from '../api/databases.js';
import { WorkerOf } from '../http/finish-task.js';
import { ForeignProgram } from './foreign-program.js';
import { IntakeBench } from './intake-bench.js';

const INGRESS = 'photo_repair_tasks';
const PARKING = 'photo_repair.parking';

describe.each(DATABASES)('a message is one task on %s', (_name, start) => {
  const vhost = withVhost();
  let database: TestDatabase;
  let bench: IntakeBench;

  beforeAll(async () => {
    database = await start();
    bench = await IntakeBench.start(vhost, { settings: () => ({ DATABASE_URL: database.url }) });
  });
  afterAll(async () => {
    await bench.remove();
    await database.stop();
  });
  beforeEach(async () => {
    await vhost.expectReady({ [INGRESS]: 0, [PARKING]: 0 });
  });

  it.each([11, 12])('however often and in which order 200 of them come, seed %i', async (seed) => {
    const random = mulberry32(seed);
    const ids = Array.from({ length: 200 }, (_, index) => `many-${seed}-${index}`);
    const deliveries = ids.flatMap((id) => Array<string>(1 + Math.floor(random() * 5)).fill(id));
    for (let index = deliveries.length - 1; index > 0; index--) {
      const other = Math.floor(random() * (index + 1));
      [deliveries[index], deliveries[other]] = [deliveries[other]!, deliveries[index]!];
    }
    const [accepted, duplicates] = [await bench.counted('accepted'), await bench.counted('duplicate')];
    const sent = deliveries.map((task_id) => ({ task_id, to: bench.program.send(bench.good({ task_id })) }));
    const told = await Promise.all(
      sent.map(async ({ task_id, to }) => {
        const { notice } = await bench.program.answer(to, 'task.accepted', 110_000);
        expect(notice.data.task_id).toBe(task_id);
        return notice.data.id;
      }),
    );
    const rows = (await bench.tasks()).filter(({ client_ref: ref }) => ref?.startsWith(`many-${seed}-`));
    expect(rows).toHaveLength(ids.length);
    expect(new Set(rows.map(({ client_ref: ref }) => ref))).toEqual(new Set(ids));
    const taskOf = new Map(rows.map(({ client_ref: ref, id }) => [ref, id]));
    expect(told).toEqual(sent.map(({ task_id }) => taskOf.get(task_id)));
    // Two at the same time may both count as the one that was first.
    await expect
      .poll(
        async () =>
          (await bench.counted('accepted')) - accepted + (await bench.counted('duplicate')) - duplicates,
      )
      .toBe(deliveries.length);
    await vhost.expectReady({ [PARKING]: 0 });
  });

  it('makes one owner of a publisher whose first messages come at once', async () => {
    const user = `first-${crypto.randomUUID().slice(0, 8)}`;
    const programs: ForeignProgram[] = [];
    while (programs.length < 3) programs.push(await ForeignProgram.connect(vhost, user));
    const sent = programs.flatMap((program, at) =>
      Array.from({ length: 10 }, (_, index) => {
        const body = bench.good({ task_id: `first-${at}-${index}` });
        return { program, to: program.send(body, { userId: user }) };
      }),
    );
    await Promise.all(sent.map(({ program, to }) => program.answer(to, 'task.accepted')));
    const owners = await bench.db.selectFrom('owners').selectAll().where('amqp_user', '=', user).execute();
    expect(owners).toHaveLength(1);
    expect(owners[0]).toMatchObject({ kind: 'key', role: 'user', name: `AMQP ${user}`, max_priority: 0 });
    const rows = (await bench.tasks()).filter((row) => row.owner_id === owners[0]?.id);
    expect(rows).toHaveLength(30);
    for (const program of programs) await program.close();
    await vhost.api('DELETE', `/api/users/${user}`);
  });

  it('tells how an ended task stands, and does no work again', async () => {
    const worker = new WorkerOf(bench.api);
    const ends: [string, (id: string) => Promise<unknown>][] = [
      ['task.succeeded', async (id) => [await worker.start(id), await worker.succeed(id)]],
      ['task.failed', async (id) => [await worker.start(id), await worker.fail(id)]],
      ['task.cancelled', (id) => bench.api.as('operator').cancel(id)],
    ];
    for (const [type, end] of ends) {
      const body = bench.good({ task_id: `ended ${type}` });
      const id = await bench.program.sendTask(body);
      await end(id);
      const requests = bench.host.requests.length;
      const before = await bench.db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst();
      const { notice } = await bench.program.answer(bench.program.send(body), type as 'task.succeeded');
      expect(notice.data).toMatchObject({ task_id: `ended ${type}`, id, status: type.replace('task.', '') });
      expect(await bench.db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst()).toEqual(
        before,
      );
      expect(bench.host.requests.length).toBe(requests);
    }
    await vhost.expectReady({ [INGRESS]: 0, [PARKING]: 0 });
  });

  it('knows a message without an id by its message_id, or else by its bytes', async () => {
    const named = await bench.program.sendTask(bench.good({ client_ref: 'a' }), { messageId: 'm-1' });
    const again = bench.program.send(bench.good({ client_ref: 'a' }), { messageId: 'm-1' });
    expect((await bench.program.answer(again, 'task.accepted')).notice.data.id).toBe(named);
    const plain = await bench.program.sendTask(bench.good({ client_ref: 'b' }));
    expect(await bench.program.sendTask(bench.good({ client_ref: 'b' }))).toBe(plain);
    expect(await bench.program.sendTask(bench.good({ client_ref: 'c' }))).not.toBe(plain);
  });

  it('also when the API loses its connection in the middle', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `cut-${index}`);
    const sent = ids.map((task_id) => bench.program.send(bench.good({ task_id })));
    await vhost.closeConnections('photo-repair api consume');
    await Promise.all(sent.map((to) => bench.program.answer(to, 'task.accepted')));
    const rows = (await bench.tasks()).filter(({ client_ref: ref }) => ref?.startsWith('cut-'));
    expect(rows).toHaveLength(ids.length);
    expect(new Set(rows.map(({ client_ref: ref }) => ref))).toEqual(new Set(ids));
    await vhost.expectReady({ [PARKING]: 0 });
  });

  it('and nothing is left to settle', async () => {
    await bench.api.close();
    // What was not acknowledged would be ready again.
    await vhost.expectReady({ [INGRESS]: 0, [PARKING]: 0 });
    expect(await vhost.queue(INGRESS)).toEqual({ ready: 0, consumers: 0 });
    bench = await bench.startAgain();
  });
});
