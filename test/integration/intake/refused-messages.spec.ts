import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { ForeignProgram } from './foreign-program.js';
import { IntakeBench } from './intake-bench.js';

const EXCHANGE = 'photo_repair_tasks';
const HOUR_S = 3600;
const nowS = () => Math.floor(Date.now() / 1000);

describe('messages that are refused', () => {
  const vhost = withVhost();
  const museum = `museum-${crypto.randomUUID().slice(0, 8)}`;
  const library = `library-${crypto.randomUUID().slice(0, 8)}`;
  let bench: IntakeBench;
  let scanner: ForeignProgram;

  beforeAll(async () => {
    bench = await IntakeBench.start(vhost, {
      settings: () => ({ WEBHOOK_HOSTS: 'hooks.example.com' }),
    });
    scanner = await ForeignProgram.connect(vhost, museum);
  });
  afterAll(async () => {
    await scanner.close();
    await bench.remove();
    await vhost.api('DELETE', `/api/users/${museum}`);
  });

  const ownerOf = async (user: string) => {
    const owners = bench.db.selectFrom('owners').select('id').where('amqp_user', '=', user);
    return (await owners.executeTakeFirst())?.id;
  };

  it.each([
    ['an empty one', Buffer.alloc(0)],
    ['one that is no JSON', Buffer.from('hello')],
    ['wrong UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['a way to the prototype', Buffer.from('{"__proto__":{"admin":true}}')],
    ['a name twice', Buffer.from('{"task_id":"a","task_id":"b"}')],
    ['a whole workflow', { workflow: { '3': { class_type: 'LoadImage', inputs: {} } } }],
    ['more than 64 KiB', { more: 'x'.repeat(70_000) }],
  ])('malformed: %s', async (_what, body) => {
    const { parked, code } = await bench.expectRefused(body, 'malformed');
    expect(code).toBe('malformed');
    expect(parked.content.equals(Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)))).toBe(
      true,
    );
  });

  it.each([
    ['a bomb in gzip', gzipSync(Buffer.alloc(10_000_000, 0x20)), { contentEncoding: 'gzip' }],
    ['a page', Buffer.from('<html></html>'), { contentType: 'text/html' }],
  ])('malformed: %s', async (_what, body, properties) => {
    expect((await bench.expectRefused(body, 'malformed', properties)).code).toBe('malformed');
  });

  it('malformed: a thousand headers, and long ones', async () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`h${index}`, index]));
    for (const headers of [many, { long: 'x'.repeat(40 * 1024) }]) {
      const { told } = await bench.expectRefused(bench.good(), 'malformed', { headers });
      expect(told?.data.error?.message).toMatch(/at most 100 headers/);
    }
  });

  it('unsupported_version: one from the future, which an operator can still send once more', async () => {
    const body = bench.good({ schema_version: 99, task_id: 'from-the-future' });
    const { parked, told } = await bench.expectRefused(body, 'unsupported_version');
    expect(told?.data).toMatchObject({ task_id: 'from-the-future', id: null, status: 'refused' });
    expect(JSON.parse(parked.content.toString())).toEqual(body);
    expect(parked.properties.headers).toHaveProperty('x-parked-user');
  });

  it('id_conflict: the id of another message', async () => {
    const id = await bench.program.sendTask(bench.good({ task_id: 'twice' }));
    await bench.expectTask(id);
    const { told } = await bench.expectRefused(
      bench.good({ task_id: 'twice', parameters: { size: 512 } }),
      'id_conflict',
    );
    expect(told?.data).toMatchObject({ task_id: 'twice', id: null });
    const row = await bench.db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst();
    expect(row).toMatchObject({
      state: 'cancelled',
      client_ref: 'twice',
      parameters: expect.stringContaining('512'),
    });
  });

  it.each([{ tenant_id: library }, { user_id: library }, { tenant_id: museum, user_id: library }])(
    'forbidden: a body that is of somebody else, %j',
    async (claim) => {
      const from = { from: scanner, userId: museum };
      const { parked } = await bench.expectRefused(bench.good(claim), 'forbidden', from);
      expect(parked.properties.headers).toMatchObject({ 'x-parked-user': museum });
      await bench.expectRefused(bench.good(claim), 'forbidden');
    },
  );

  it('takes a body that says whose it is, and is right', async () => {
    const id = await scanner.sendTask(bench.good({ tenant_id: museum, user_id: museum }), { userId: museum });
    expect((await bench.expectTask(id)).owner_id).toBe(await ownerOf(museum));
  });

  it('unauthenticated: nobody at the exchange', async () => {
    const to = { exchange: EXCHANGE, key: 'person' };
    await bench.expectRefused(bench.good(), 'unauthenticated', to);
    const id = await scanner.sendTask(bench.good({ task_id: 'by name' }), { ...to, userId: museum });
    expect((await bench.expectTask(id)).owner_id).toBe(await ownerOf(museum));
  });

  it.each([
    { image_key: 'originals/a.jpg' },
    { original: 'originals/a.jpg' },
    { storage_key: 'originals/a.jpg' },
    { artifact: { key: 'originals/a.jpg' } },
    { image: { key: 'originals/a.jpg', mediaType: 'image/jpeg' } },
    { image_url: null, stored_photo: 'inbox/a' },
    { image_url: null, image_path: '/uploads/user1/old_photo.jpg' },
  ])('not_found: a photo in our store or on some machine, %j', async (photo) => {
    const { told } = await bench.expectRefused(bench.good(photo), 'not_found');
    expect(told?.data.error?.message).toMatch(/^A message cannot name a (stored photo|file)/);
  });

  it.each([
    ['unknown_task_type', { workflow_type: 'cats' }],
    ['invalid_parameter', { parameters: { size: 4000 } }],
    ['invalid_parameter', { parameters: { steps: 20 } }],
    ['invalid_parameter', { parameters: { size: ['3', 0] } }],
    ['callback_not_allowed', { callback_url: 'https://other.example.com/done' }],
    ['callback_not_allowed', { callback: 'http://127.0.0.1:15672/' }],
  ])('%s: %j', async (code, more) => {
    expect((await bench.expectRefused(bench.good(more), code)).code).toBe(code);
  });

  it('malformed: a routing key and a body that are of two minds', async () => {
    const to = { exchange: EXCHANGE, key: 'building', userId: museum, from: scanner };
    const { told } = await bench.expectRefused(bench.good(), 'malformed', to);
    expect(told?.data.error?.message).toMatch(/different task types/);
  });

  it('expired: what is older than a day; a clock that is wrong means nothing', async () => {
    await bench.expectRefused(bench.good(), 'expired', { timestamp: nowS() - 25 * HOUR_S });
    const dates = [Date.UTC(2099, 0, 1), 0, Date.UTC(1970, 0, 2), Date.now() - 23 * HOUR_S * 1000];
    for (const ms of dates) {
      const before = Date.now();
      const id = await bench.program.sendTask(bench.good({ task_id: `at ${ms}` }), {
        timestamp: Math.floor(ms / 1000),
      });
      const row = await bench.db
        .selectFrom('tasks')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      expect(row.created_at).toBeGreaterThanOrEqual(before);
      await bench.expectTask(id);
    }
  });

  it('tells nobody in a queue of somebody else, and heeds no copies', async () => {
    const channel = await vhost.channel();
    await channel.assertQueue(`reply.${library}`, { durable: true });
    const ignored = await bench.api.metric('photo_repair_foreign_replies_ignored_total');
    for (const replyTo of [`reply.${library}`, 'photo_repair.results', 'photo_repair.work.building']) {
      await bench.expectRefused(bench.good({ schema_version: 2 }), 'unsupported_version', {
        replyTo,
        from: scanner,
        userId: museum,
        headers: { 'x-parked-user': library },
      });
    }
    await vhost.expectReady({
      [`reply.${library}`]: 0,
      'photo_repair.results': 0,
      'photo_repair.work.building': 0,
    });
    await expect.poll(() => bench.api.metric('photo_repair_foreign_replies_ignored_total')).toBe(ignored + 3);
    await channel.assertQueue(`reply.${museum}.1`, { durable: true });
    scanner.send(bench.good({ schema_version: 2 }), { replyTo: `reply.${museum}.1`, userId: museum });
    const { properties } = await vhost.take(`reply.${museum}.1`);
    expect(properties).toMatchObject({ type: 'task.refused', appId: 'photo-repair', deliveryMode: 2 });
    await vhost.take('photo_repair.parking');
    await channel.close();
  });
});
