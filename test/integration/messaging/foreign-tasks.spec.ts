import type { ForeignDelivery, ForeignOutcome } from '@app/messaging';
import { describe, expect, inject, it } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import {
  INGRESS,
  NOTHING,
  PARKING,
  startForeign,
  STOPPING_MS,
  takeAll,
  VOUCHED,
} from './foreign-subscriber.js';
import { gate } from './test-worker.js';

const BODY = Buffer.from('{"task_id":"task_12345","image_url":"https://example.com/a.jpg"}');
const NOBODY = {
  messageId: null,
  correlationId: null,
  replyTo: null,
  contentType: null,
  contentEncoding: null,
  timestampMs: null,
  priority: null,
  headerCount: 0,
  redelivered: false,
  text: BODY.toString(),
};

const refused = (code: string, message: string): ForeignOutcome => ({ kind: 'refused', code, message });
const brokerUser = () => new URL(inject('broker').amqpUrl).username;

describe('a message of another system', () => {
  const vhost = withVhost();
  const other = withVhost();

  it('straight in the plain queue is taken as it came, and is gone', async () => {
    const { seen, take } = takeAll();
    await startForeign(vhost, take);
    await vhost.publish('', INGRESS, BODY, { persistent: true });
    await expect
      .poll(() => seen, { timeout: 15_000 })
      .toMatchObject([{ ...NOBODY, entrance: 'queue', vhost: 'main', routingKey: INGRESS, user: null }]);
    await vhost.expectReady(NOTHING);
  });

  it('comes with all that its sender says of it', async () => {
    const { seen, take } = takeAll();
    await startForeign(vhost, take);
    await vhost.publish('photo_repair_tasks', 'building', BODY, {
      userId: brokerUser(),
      messageId: 'm-1',
      correlationId: 'c-1',
      replyTo: 'reply.somebody.1',
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      timestamp: 1_700_000_000,
      priority: 255,
      headers: { a: 'xyz', nested: { list: [1, 'b'] } },
    });
    await expect
      .poll(() => seen, { timeout: 15_000 })
      .toMatchObject([
        {
          entrance: 'exchange',
          routingKey: 'building',
          user: brokerUser(),
          messageId: 'm-1',
          correlationId: 'c-1',
          replyTo: 'reply.somebody.1',
          contentType: 'application/json',
          contentEncoding: 'utf-8',
          timestampMs: 1_700_000_000_000,
          priority: 255,
          headerCount: 2,
          redelivered: false,
        },
      ]);
    expect(seen[0]!.headerBytes).toBeGreaterThan(20);
    expect(seen[0]!.headerBytes).toBeLessThan(100);
  });

  it('with a key that is no task type came by the exchange, too', async () => {
    const { seen, take } = takeAll();
    await startForeign(vhost, take);
    await vhost.api('PUT', `/api/policies/${vhost.name}/unrouted`, {
      pattern: '^photo_repair_tasks$',
      'apply-to': 'exchanges',
      definition: { 'alternate-exchange': 'photo_repair.unrouted' },
    });
    await expect
      .poll(
        async () => {
          await vhost.publish('photo_repair_tasks', 'cats', BODY);
          return seen.length;
        },
        { timeout: 15_000 },
      )
      .toBeGreaterThan(0);
    expect(seen[0]).toMatchObject({ entrance: 'exchange', routingKey: 'cats', user: null });
    await vhost.publish('photo_repair.unrouted', 'cats', BODY, { messageId: 'direct' });
    await expect
      .poll(() => seen.find(({ messageId }) => messageId === 'direct'), { timeout: 15_000 })
      .toMatchObject({
        entrance: 'exchange',
      });
  });

  it('is heard in the virtual host of other systems, and parked in ours', async () => {
    const seen: string[] = [];
    const take = async ({ vhost: from, entrance }: ForeignDelivery) => {
      seen.push(`${from} ${entrance}`);
      return refused('not_found', 'no such photo');
    };
    await startForeign(vhost, take, { url: other.url, vhost: 'intake' });
    await other.publish('photo_repair_tasks', 'person', BODY, { userId: brokerUser() });
    const { properties, content } = await vhost.take(PARKING);
    expect(seen).toEqual(['intake exchange']);
    expect(content).toEqual(BODY);
    expect(properties.headers).toMatchObject({ 'x-parked-vhost': 'intake', 'x-parked-user': brokerUser() });
    await other.expectReady({ [INGRESS]: 0 });
    expect(await other.queue(VOUCHED)).toBeUndefined();
  });
});

describe('a message that one of our own programs vouches for', () => {
  const vhost = withVhost();

  it.each([
    ['redis:user1', {}, { entrance: 'vouched', vhost: 'main', user: 'redis:user1' }],
    ['', {}, { entrance: 'vouched', vhost: 'main', user: '' }],
    [
      'alice',
      { 'x-entrance': 'exchange', 'x-vhost': 'intake' },
      { entrance: 'exchange', vhost: 'intake', user: 'alice' },
    ],
    ['', { 'x-entrance': 'queue' }, { entrance: 'queue', vhost: 'main', user: null }],
  ])('is that of %j with %j', async (publisher, headers, expected) => {
    const { seen, take } = takeAll();
    await startForeign(vhost, take);
    await vhost.publish('photo_repair.vouched', '', BODY, {
      headers: { 'x-publisher': publisher, ...headers },
    });
    await expect.poll(() => seen, { timeout: 15_000 }).toMatchObject([expected]);
    await vhost.expectReady(NOTHING);
  });

  it.each<[string, string, string, Record<string, unknown>]>([
    ['names no publisher', 'photo_repair.vouched', 'malformed', {}],
    ['names a number', 'photo_repair.vouched', 'malformed', { 'x-publisher': 7 }],
    ['names a table', 'photo_repair.vouched', 'malformed', { 'x-publisher': { a: 1 } }],
    ['names too long a publisher', 'photo_repair.vouched', 'malformed', { 'x-publisher': 'x'.repeat(256) }],
    ['names control characters', 'photo_repair.vouched', 'malformed', { 'x-publisher': 'a\nb' }],
    [
      'has an odd entrance',
      'photo_repair.vouched',
      'malformed',
      { 'x-publisher': 'a', 'x-entrance': 'door' },
    ],
    ['has an odd virtual host', 'photo_repair.vouched', 'malformed', { 'x-publisher': 'a', 'x-vhost': '/' }],
    ['did not come by the exchange', '', 'forbidden', { 'x-publisher': 'redis:user1' }],
  ])('that %s is parked without being asked for', async (_, exchange, code, headers) => {
    const { seen, take } = takeAll();
    const { subscriber } = await startForeign(vhost, take);
    await vhost.publish(exchange, VOUCHED, BODY, { headers });
    const { properties, content } = await vhost.take(PARKING);
    expect(content).toEqual(BODY);
    expect(properties.headers).toMatchObject({ 'x-parked-reason': code, 'x-original-queue': VOUCHED });
    // Nobody may vouch for it later.
    expect(properties.headers).not.toHaveProperty('x-parked-user');
    expect(properties.headers).not.toHaveProperty('x-publisher');
    expect(seen).toEqual([]);
    await subscriber.close(STOPPING_MS);
    await vhost.expectReady(NOTHING);
  });
});

describe('a message that is refused', () => {
  const vhost = withVhost();

  it('is parked with why, and with who sent it, and then gone', async () => {
    const { subscriber } = await startForeign(vhost, async () => refused('fetch_failed', 'é'.repeat(3000)));
    const forged = {
      'x-parked-user': 'root',
      'x-publisher': 'root',
      'x-run': 7,
      traceparent: '00-1',
      CC: ['q'],
    };
    await vhost.publish('photo_repair_tasks', 'person', BODY, {
      userId: brokerUser(),
      messageId: 'm-1',
      replyTo: 'reply.somebody',
      expiration: '3600000',
      headers: forged,
    });
    const { properties, content, fields } = await vhost.take(PARKING);
    expect(content).toEqual(BODY);
    expect(fields.routingKey).toBe('person');
    expect(properties).toMatchObject({ messageId: 'm-1', replyTo: 'reply.somebody', deliveryMode: 2 });
    expect(properties.userId).toBeUndefined();
    expect(properties.expiration).toBeUndefined();
    expect(properties.headers).toEqual({
      traceparent: '00-1',
      'x-parked-reason': 'fetch_failed',
      'x-parked-error': 'é'.repeat(1024),
      'x-parked-attempts': 0,
      'x-parked-at': expect.stringMatching(/^\d{4}-.*Z$/) as string,
      'x-parked-by': 'api-1',
      'x-original-queue': INGRESS,
      'x-parked-user': brokerUser(),
      'x-parked-entrance': 'exchange',
      'x-parked-vhost': 'main',
    });
    await subscriber.close(STOPPING_MS);
    await vhost.expectReady(NOTHING);
  });

  it('because nobody is believed to have sent it cannot be vouched for', async () => {
    const { subscriber } = await startForeign(vhost, async () => refused('unauthenticated', 'Set user_id.'));
    await vhost.publish('photo_repair_tasks', 'person', BODY);
    const { properties } = await vhost.take(PARKING);
    expect(properties.headers).toMatchObject({ 'x-parked-reason': 'unauthenticated' });
    expect(properties.headers).not.toHaveProperty('x-parked-user');
    await subscriber.close(STOPPING_MS);
  });

  it('is parked with its first megabyte alone where it has more', async () => {
    const { subscriber } = await startForeign(vhost, async () => refused('malformed', 'It is too long.'));
    await vhost.publish('', INGRESS, Buffer.alloc(3_000_000, 'x'));
    const { properties, content } = await vhost.take(PARKING);
    expect(content).toEqual(Buffer.alloc(1024 * 1024, 'x'));
    expect(properties.headers).toMatchObject({
      'x-parked-error': 'It is too long. (Only the first of its 3000000 bytes are here.)',
    });
    // It is acknowledged once RabbitMQ has confirmed the parked one, which anybody may take before.
    await subscriber.close(STOPPING_MS);
    await vhost.expectReady(NOTHING);
  });

  it('is asked for once, though it cannot be parked at once', async () => {
    let asked = 0;
    const { subscriber } = await startForeign(vhost, async () => {
      asked++;
      return refused('malformed', 'no');
    });
    const channel = await vhost.channel();
    await channel.deleteQueue(PARKING);
    await vhost.publish('', INGRESS, BODY);
    // The publisher declares what is missing once it has come back unrouted.
    await vhost.expectReady({ ...NOTHING, [PARKING]: 1 });
    await vhost.take(PARKING);
    expect(asked).toBe(1);
    await subscriber.close(STOPPING_MS);
    await vhost.expectReady(NOTHING);
  });
});

describe('a message that cannot be taken yet', () => {
  const vhost = withVhost();

  it('is tried again and told, keeps one place, and the others go on', async () => {
    let isAway = true;
    const taken: string[] = [];
    const { subscriber } = await startForeign(
      vhost,
      async ({ messageId }) => {
        if (messageId === 'stuck' && isAway) throw new Error('the database is locked');
        taken.push(messageId!);
        return { kind: 'taken' };
      },
      { concurrency: 2 },
    );
    await vhost.publish('', INGRESS, BODY, { messageId: 'stuck' });
    const names = Array.from({ length: 20 }, (_, index) => `m-${index}`);
    for (const messageId of names) await vhost.publish('', INGRESS, BODY, { messageId });
    await expect.poll(() => [...taken].sort(), { timeout: 15_000 }).toEqual([...names].sort());
    await expect
      .poll(() => subscriber.problem, { timeout: 15_000 })
      .toMatch(
        /^a message of another system could not be taken since \S+Z, in \d+ tries: the database is locked$/,
      );
    isAway = false;
    await expect.poll(() => taken.at(-1), { timeout: 15_000 }).toBe('stuck');
    await expect.poll(() => subscriber.problem, { timeout: 15_000 }).toBeNull();
    await subscriber.close(STOPPING_MS);
    await vhost.expectReady(NOTHING);
  });

  it('of one queue leaves the places of the other alone', async () => {
    const { opened, open } = gate();
    const { seen, take } = takeAll();
    await startForeign(
      vhost,
      async (delivery) => {
        if (delivery.entrance === 'queue') await opened;
        return take(delivery);
      },
      { concurrency: 1 },
    );
    await vhost.publish('', INGRESS, BODY);
    await vhost.publish('photo_repair.vouched', '', BODY, { headers: { 'x-publisher': 'redis:user1' } });
    await expect.poll(() => seen.map(({ entrance }) => entrance), { timeout: 15_000 }).toEqual(['vouched']);
    open();
    await expect.poll(() => seen.length, { timeout: 15_000 }).toBe(2);
    await vhost.expectReady(NOTHING);
  });

  it('is left to the next instance when this one stops', async () => {
    let tries = 0;
    const first = await startForeign(vhost, () => {
      tries++;
      return Promise.reject(new Error('no database'));
    });
    await vhost.publish('', INGRESS, BODY, { messageId: 'left' });
    await expect.poll(() => tries, { timeout: 15_000 }).toBeGreaterThan(1);
    await first.subscriber.close();
    await vhost.expectReady({ ...NOTHING, [INGRESS]: 1 });
    const { seen, take } = takeAll();
    await startForeign(vhost, take, { name: 'api-2' });
    await expect
      .poll(() => seen, { timeout: 15_000 })
      .toMatchObject([{ messageId: 'left', redelivered: true }]);
    await vhost.expectReady(NOTHING);
  });
});

describe('a message in hand', () => {
  const vhost = withVhost();

  it('is waited for when the instance stops, and the next ones stay', async () => {
    const { opened, open } = gate();
    const signals: AbortSignal[] = [];
    const { subscriber } = await startForeign(
      vhost,
      async ({ signal }) => {
        signals.push(signal);
        await opened;
        return { kind: 'taken' };
      },
      { concurrency: 1 },
    );
    await vhost.publish('', INGRESS, BODY);
    await vhost.publish('', INGRESS, BODY);
    await expect.poll(() => signals.length, { timeout: 15_000 }).toBe(1);
    const closed = subscriber.close(STOPPING_MS);
    await expect.poll(() => vhost.queue(INGRESS), { timeout: 15_000 }).toEqual({ ready: 1, consumers: 0 });
    expect(signals[0]!.aborted).toBe(false);
    open();
    await closed;
    expect(signals).toHaveLength(1);
    await vhost.expectReady({ ...NOTHING, [INGRESS]: 1 });
    await (await vhost.channel()).purgeQueue(INGRESS);
  });

  it('is told when the patience is over, and goes back', async () => {
    const signals: AbortSignal[] = [];
    const { subscriber } = await startForeign(vhost, ({ signal }) => {
      signals.push(signal);
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
    });
    await vhost.publish('', INGRESS, BODY);
    await expect.poll(() => signals.length, { timeout: 15_000 }).toBe(1);
    await subscriber.close(50);
    expect(signals[0]!.aborted).toBe(true);
    await vhost.expectReady({ ...NOTHING, [INGRESS]: 1 });
    await (await vhost.channel()).purgeQueue(INGRESS);
  });

  it('comes again after the connection was cut, and what the first handling says counts no more', async () => {
    const { opened, open } = gate();
    const signals: AbortSignal[] = [];
    const { subscriber } = await startForeign(
      vhost,
      async ({ signal }) => {
        signals.push(signal);
        if (signals.length > 1) return { kind: 'taken' };
        await opened;
        return refused('malformed', 'of the first handling');
      },
      { name: 'api-cut' },
    );
    await vhost.publish('', INGRESS, BODY);
    await expect.poll(() => signals.length, { timeout: 15_000 }).toBe(1);
    await vhost.closeConnections('api-cut-consume');
    await expect.poll(() => signals[0]!.aborted, { timeout: 15_000 }).toBe(true);
    await expect.poll(() => signals.length, { timeout: 15_000 }).toBe(2);
    await vhost.expectReady(NOTHING);
    open();
    await subscriber.close(STOPPING_MS);
    await vhost.expectReady(NOTHING);
  });
});
