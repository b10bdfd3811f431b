import type { ApiKeyView, NewApiKeyView, TaskView } from '@app/contracts';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { DATABASES, type TestDatabase } from '../api/databases.js';
import { ForeignProgram } from './foreign-program.js';
import { IntakeBench } from './intake-bench.js';

const INGRESS = 'photo_repair_tasks';
const EXCHANGE = 'photo_repair_tasks';

describe.each(DATABASES)('a publisher on %s', (_name, start) => {
  const vhost = withVhost();
  const museum = `museum-${crypto.randomUUID().slice(0, 8)}`;
  let database: TestDatabase;
  let bench: IntakeBench;
  let program: ForeignProgram;

  beforeAll(async () => {
    database = await start();
    bench = await IntakeBench.start(vhost, { settings: () => ({ DATABASE_URL: database.url }) });
    program = await ForeignProgram.connect(vhost, museum);
  });
  afterAll(async () => {
    await program.close();
    await bench.remove();
    await database.stop();
    await vhost.api('DELETE', `/api/users/${museum}`);
  });

  async function makeKey(chosen: Partial<ApiKeyView>): Promise<NewApiKeyView> {
    const response = await bench.api.as('operator').send('POST', '/v1/admin/keys', { name: 'k', ...chosen });
    expect(response.status).toBe(201);
    return (await response.json()) as NewApiKeyView;
  }
  const keys = async () =>
    ((await (await bench.api.as('operator').fetch('/v1/admin/keys')).json()) as { items: ApiKeyView[] })
      .items;
  const own = (more: Record<string, unknown> = {}) => bench.good({ task_id: crypto.randomUUID(), ...more });
  const send = (more: Record<string, unknown> = {}, priority?: number) =>
    program.sendTask(own(more), { userId: museum, ...(priority !== undefined && { priority }) });

  it('is known by its RabbitMQ user, and nobody else sees its tasks', async () => {
    const id = await send();
    const [listed] = (await keys()).filter(({ amqp_user: user }) => user === museum);
    expect(listed).toMatchObject({ name: `AMQP ${museum}`, role: 'user', max_priority: 0, revoked_at: null });
    expect((await bench.api.fetch(`/v1/tasks/${id}`)).status).toBe(404);
    expect((await bench.api.as('operator').fetch(`/v1/tasks/${id}`)).status).toBe(200);
    await bench.expectTask(id);
  });

  it('gets the rights of the key that an operator gives it, which sees what it sends', async () => {
    const before = await send({ priority: 9 });
    expect((await bench.expectTask(before)).priority).toBe(0);
    const key = await makeKey({ amqp_user: museum, max_priority: 5, allowed_types: ['person'] });
    expect(key.amqp_user).toBe(museum);
    const named = (await keys()).filter(({ amqp_user: user }) => user === museum);
    expect(named.map(({ id }) => id)).toEqual([key.id]);
    const id = await send({ priority: 9 });
    const seen = (await (await bench.api.as(key.token).fetch(`/v1/tasks/${id}`)).json()) as TaskView;
    expect(seen).toMatchObject({ id, priority: 5 });
    expect((await bench.expectTask(await send({ priority: 9 }, 3))).priority).toBe(3);
    expect((await bench.api.as(key.token).fetch(`/v1/tasks/${before}`)).status).toBe(404);
    const from = { from: program, userId: museum };
    await bench.expectRefused(own({ workflow_type: 'building' }), 'task_type_not_allowed', from);
    const poor = await makeKey({ amqp_user: museum, quota_bytes: 1000 });
    expect((await keys()).find(({ id: each }) => each === key.id)?.amqp_user).toBeNull();
    await bench.expectRefused(own(), 'quota_exceeded', from);
    expect(
      (await bench.api.as('operator').fetch(`/v1/admin/keys/${poor.id}`, { method: 'DELETE' })).status,
    ).toBe(204);
    const { parked } = await bench.expectRefused(own(), 'forbidden', from);
    expect(parked.properties.headers).toMatchObject({ 'x-parked-user': museum });
    await makeKey({ amqp_user: museum });
    await bench.expectTask(await send());
  });

  it('is one, also where two keys are made for it at once', async () => {
    const made = await Promise.all([1, 2, 3, 4].map(() => makeKey({ amqp_user: 'contested' })));
    const named = (await keys()).filter(({ amqp_user: user }) => user === 'contested');
    expect(named).toHaveLength(1);
    expect(made.map(({ id }) => id)).toContain(named[0]?.id);
  });

  it.each([[''], ['x'.repeat(256)], [7], ['a\u0000b']])('cannot be called %j', async (amqp_user) => {
    const chosen = { name: 'k', amqp_user };
    const response = await bench.api.as('operator').send('POST', '/v1/admin/keys', chosen);
    expect([400, 422]).toContain(response.status);
  });

  it('that has sent much does not stand before one that has sent little', async () => {
    const many = Array.from({ length: 30 }, () => own());
    const sent = many.map((body) => program.send(body, { userId: museum }));
    await Promise.all(sent.map((to) => program.answer(to, 'task.accepted')));
    const last = await program.answer(sent.at(-1)!, 'task.accepted');
    const late = await bench.program.sendTask(own());
    const place = async (id: string) =>
      ((await (await bench.api.as('operator').fetch(`/v1/tasks/${id}`)).json()) as TaskView).queue_position ??
      0;
    expect(await place(late)).toBeLessThan(10);
    expect(await place(last.notice.data.id ?? '')).toBeGreaterThan(20);
    for (const { id, state } of await bench.tasks()) {
      if (state === 'queued') await bench.api.as('operator').cancel(id);
    }
  });
});

describe('who names nobody', () => {
  const vhost = withVhost();
  const atExchange = { exchange: EXCHANGE, key: 'person' };

  it.each([
    ['off', 'unauthenticated', 'unauthenticated'],
    ['queue', 'accepted', 'unauthenticated'],
    ['any', 'accepted', 'accepted'],
  ])('with AMQP_ANONYMOUS=%s is %s at the queue and %s at the exchange', async (setting, queue, exchange) => {
    const bench = await IntakeBench.start(vhost, { settings: () => ({ AMQP_ANONYMOUS: setting }) });
    onTestFinished(() => bench.remove());
    for (const [outcome, sending] of [
      [queue, {}],
      [exchange, atExchange],
    ] as const) {
      const sent = bench.program.send(bench.good({ task_id: crypto.randomUUID() }), sending);
      const type = outcome === 'accepted' ? 'task.accepted' : 'task.refused';
      const { notice } = await bench.program.answer(sent, type);
      expect(notice.data.error?.code ?? 'accepted').toBe(outcome);
    }
    await vhost.expectReady({ [INGRESS]: 0 });
    await (await vhost.channel()).purgeQueue('photo_repair.parking');
  });
});

describe('a flood', () => {
  const vhost = withVhost();

  it('is refused by the broker, by the policy of the entrance', async () => {
    const bench = await IntakeBench.start(vhost, { settings: () => ({ QUEUE_MAX_WAITING: '1' }) });
    onTestFinished(() => bench.remove());
    await vhost.api('PUT', `/api/policies/${vhost.name}/entrance`, {
      pattern: `^${INGRESS}$`,
      definition: { 'max-length': 10, overflow: 'reject-publish' },
      'apply-to': 'queues',
    });
    const first = await bench.program.sendTask(bench.good({ task_id: 'before the flood' }));
    const flood = Array.from({ length: 500 }, (_, index) => bench.good({ task_id: `flood-${index}` }));
    const settled = await Promise.allSettled(
      flood.map((body) => vhost.publish('', INGRESS, Buffer.from(JSON.stringify(body)))),
    );
    const kept = settled.filter(({ status }) => status === 'fulfilled').length;
    // As many as the API has in hand, and as the queue holds.
    expect(kept).toBeGreaterThanOrEqual(10);
    expect(kept).toBeLessThan(100);
    expect(await bench.tasks()).toHaveLength(1);
    await bench.api.as('operator').cancel(first);
  });
});

describe('a virtual host for other systems alone', () => {
  const [ours, theirs] = [withVhost(), withVhost()];

  it('is an entrance like the other, and is answered there', async () => {
    const bench = await IntakeBench.start(ours, { settings: () => ({ AMQP_INTAKE_URL: theirs.url }) });
    onTestFinished(() => bench.remove());
    const program = await ForeignProgram.connect(theirs);
    onTestFinished(() => program.close());
    const id = await program.sendTask(bench.good({ task_id: 'from outside' }));
    expect((await ours.take('photo_repair.work.person')).properties.messageId).toBe(id);
    await bench.expectTask(id);
    const refused = program.send(bench.good({ schema_version: 2 }));
    expect((await program.answer(refused, 'task.refused')).notice.data.error?.code).toBe(
      'unsupported_version',
    );
    const { properties } = await ours.take('photo_repair.parking');
    expect(properties.headers).toMatchObject({ 'x-parked-vhost': 'intake' });
    await theirs.expectReady({ [INGRESS]: 0 });
    expect(await theirs.queue('photo_repair.work.person')).toBeUndefined();
  });
});
