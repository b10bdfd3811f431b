import { BrokerConnection, ParkingLot } from '@app/messaging';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { INGRESS, NOTHING, PARKING, startForeign, STOPPING_MS, takeAll } from './foreign-subscriber.js';
import { nestedArrays, nestedTables, publishRaw, raw, type RawProperties } from './raw-message.js';
import { startPublisher } from './test-worker.js';

const BODY = Buffer.from('{"task_id":1}');
const text = (bytes: number) => raw.long(Buffer.alloc(bytes, 'x'));
const no = Buffer.alloc(0);

/** Each would break the consumer, and come again, if nobody took care. */
const UNREADABLE: [name: string, headers: Buffer][] = [
  ['tables in each other, 5,000 times', nestedTables(5_000)],
  ['tables in each other, as often as fits into a frame', nestedTables(21_000)],
  ['arrays in each other, 5,000 times', nestedArrays(5_000)],
  ['arrays in each other, as often as fits into a frame', nestedArrays(26_000)],
  ['a value of the type L', raw.entry('a', 'L', raw.u64(1n))],
  [
    'a value of the type L, deep inside',
    raw.entry('a', 'F', raw.long(raw.entry('b', 'F', raw.long(raw.entry('c', 'L', raw.u64(1n)))))),
  ],
  ['a prototype', raw.entry('__proto__', 'F', raw.long(raw.entry('x-publisher', 'S', raw.long('root'))))],
];

const ODD: [name: string, properties: RawProperties][] = [
  [
    '1,000 headers',
    { headers: Buffer.concat(Array.from({ length: 1000 }, (_, i) => raw.entry(`h${i}`, 'S', text(50)))) },
  ],
  ['a header of 100 KB', { headers: raw.entry('a', 'S', text(100_000)) }],
  ['a frame of 128 KB', { headers: raw.entry('a', 'x', text(130_900)) }],
  ['an array of 100,000 nothings', { headers: raw.entry('a', 'A', raw.long(Buffer.alloc(100_000, 'V'))) }],
  ['tables in each other, 15 times', { headers: nestedTables(15) }],
  [
    'numbers that cannot be written again',
    {
      headers: Buffer.concat([
        raw.entry('a', 'd', double(-1e300)),
        raw.entry('b', 'd', double(2 ** 50 + 0.5)),
        raw.entry('c', 'l', raw.u64(2n ** 63n)),
        raw.entry('e', 'T', raw.u64(2n ** 64n - 1n)),
        raw.entry('f', 'D', Buffer.alloc(5, 255)),
      ]),
    },
  ],
  [
    'names that are no text',
    {
      headers: Buffer.concat([
        raw.entry('', 'V'),
        raw.entry(Buffer.alloc(255, 0xff), 'S', text(1)),
        raw.entry('!', 'V'),
      ]),
    },
  ],
  ['a time beyond all numbers', { timestamp: 2n ** 64n - 1n }],
  ['a time of 2^63', { timestamp: 2n ** 63n }],
  ['the highest priority', { priority: 255 }],
  [
    'ids that are no text',
    {
      correlationId: Buffer.alloc(255, 0xff),
      messageId: Buffer.alloc(255, 0xff),
      replyTo: Buffer.alloc(255, 0xff),
    },
  ],
  ['a made-up direct reply', { replyTo: Buffer.from('amq.rabbitmq.reply-to.g1h5AA.xx==') }],
  ['no bytes at all', {}],
];

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
}

describe('headers that no client library can decode', () => {
  const vhost = withVhost();

  it.each(UNREADABLE)('%s: the message is parked once, and the next ones come', async (_, headers) => {
    const { seen, take } = takeAll();
    const { subscriber, connection } = await startForeign(vhost, take);
    const states: string[] = [];
    connection.onState((state) => states.push(state));
    await publishRaw(vhost.url, INGRESS, BODY, { headers, priority: 1 });
    await vhost.publish('', INGRESS, Buffer.from('next'));
    const { properties, content } = await vhost.take(PARKING);
    expect(content).toEqual(BODY);
    expect(properties.headers).toMatchObject({
      'x-parked-reason': 'malformed',
      'x-parked-error': `Its headers of ${headers.length} bytes cannot be read: nested too deeply, or of an unusual type.`,
      'x-parked-user': '',
      'x-unreadable-headers': headers.length,
    });
    expect(properties).toMatchObject({ priority: 1 });
    await expect.poll(() => seen.map((one) => one.text), { timeout: 15_000 }).toEqual(['next']);
    expect(states).toEqual([]);
    await subscriber.close(STOPPING_MS);
    await vhost.expectReady(NOTHING);
  });

  it('do not keep operators from the parking queue', async () => {
    const { publisher, topology } = await startPublisher(vhost);
    const connection = new BrokerConnection({ url: vhost.url, name: 'operator' });
    onTestFinished(() => connection.close());
    await expect.poll(() => connection.state, { timeout: 15_000 }).toBe('connected');
    for (const [, headers] of UNREADABLE) await publishRaw(vhost.url, PARKING, BODY, { headers });
    const parkingLot = new ParkingLot({ connection, publisher, topology, name: 'operator' });
    expect(await parkingLot.list(100)).toHaveLength(UNREADABLE.length);
    expect(await parkingLot.redrive('all')).toMatchObject({ moved: 0, left: UNREADABLE.length });
    await vhost.expectReady({ [PARKING]: UNREADABLE.length });
    await (await vhost.channel()).purgeQueue(INGRESS);
  });
});

describe('a message with odd properties', () => {
  const vhost = withVhost();

  it.each(ODD)('%s: comes, and can be parked', async (_, properties) => {
    let asked = 0;
    const { subscriber } = await startForeign(vhost, async ({ headerBytes, headerCount }) => {
      asked++;
      expect(headerBytes).toBeGreaterThanOrEqual((properties.headers?.length ?? 0) / 3);
      expect(headerCount).toBeLessThanOrEqual(1000);
      return { kind: 'refused', code: 'malformed', message: 'odd' };
    });
    await publishRaw(vhost.url, INGRESS, no, properties);
    const parked = await vhost.take(PARKING);
    expect(parked.properties.headers).toMatchObject({ 'x-parked-reason': 'malformed', 'x-parked-user': '' });
    await subscriber.close(STOPPING_MS);
    expect(asked).toBe(1);
    await vhost.expectReady(NOTHING);
  });
});
