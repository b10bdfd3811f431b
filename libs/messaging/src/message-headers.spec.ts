import { describe, expect, it } from 'vitest';
import { copyProperties, cutToBytes, headerOf, readWhole, travellingHeaders } from './message-headers.js';

describe('headers that travel on', () => {
  it('are plain values, without the death records of the broker', () => {
    const headers = {
      traceparent: '00-1',
      'x-attempt': 2,
      yes: true,
      'x-death': [{ count: 1 }],
      'x-first-death-queue': 'q',
      'x-last-death-reason': 'expired',
      CC: 'elsewhere',
      nested: { a: 1 },
      nothing: null,
      endless: Infinity,
      'too large for an integer': -1e300,
      'a large fraction': 2 ** 50 + 0.5,
      long: 'x'.repeat(2049),
      ['k'.repeat(256)]: 1,
    };
    expect(travellingHeaders(headers as unknown as Parameters<typeof travellingHeaders>[0])).toEqual({
      traceparent: '00-1',
      'x-attempt': 2,
      yes: true,
    });
    expect(travellingHeaders({ most: 2 ** 53 - 1, half: -1.5 })).toEqual({ most: 2 ** 53 - 1, half: -1.5 });
    expect(travellingHeaders(undefined)).toEqual({});
  });

  it('are 16 KB at most', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`h${i}`, 'x'.repeat(1000)]));
    expect(JSON.stringify(travellingHeaders(many)).length).toBeLessThan(17_000);
    expect(travellingHeaders(many)).toHaveProperty('h0');
  });
});

it('copies what belongs to the message, not what belongs to its last journey', () => {
  const original = {
    contentType: 'application/json',
    priority: 3,
    correlationId: 'c',
    replyTo: 'r',
    messageId: 'm',
    expiration: '1000',
    userId: 'someone',
    clusterId: 'x',
    deliveryMode: 1,
    type: undefined,
  } as unknown as Parameters<typeof copyProperties>[0];
  expect(copyProperties(original, { a: 1 })).toEqual({
    contentType: 'application/json',
    priority: 3,
    correlationId: 'c',
    replyTo: 'r',
    messageId: 'm',
    persistent: true,
    headers: { a: 1 },
  });
});

it('copies only what can be sent', () => {
  const texts = Object.fromEntries(
    ['contentType', 'contentEncoding', 'correlationId', 'replyTo', 'type', 'appId', 'messageId'].map(
      (name) => [name, '\uFFFD'.repeat(255)],
    ),
  );
  const original = { ...texts, timestamp: 2 ** 64 } as unknown as Parameters<typeof copyProperties>[0];
  const copied = copyProperties(original, {});
  for (const name of Object.keys(texts)) expect(copied).toHaveProperty(name, '\uFFFD'.repeat(85));
  expect(copied).not.toHaveProperty('timestamp');
  // By this name a direct answer is asked for, which the publisher does not want.
  const asked = { replyTo: 'amq.rabbitmq.reply-to' } as unknown as Parameters<typeof copyProperties>[0];
  expect(copyProperties(asked, {})).not.toHaveProperty('replyTo');
});

it('reads headers of the message itself alone', () => {
  const headers = { own: 1 };
  Object.setPrototypeOf(headers, { theirs: 2 });
  const message = { properties: { headers } } as unknown as Parameters<typeof headerOf>[0];
  expect([headerOf(message, 'own'), headerOf(message, 'theirs')]).toEqual([1, undefined]);
});

it.each([
  [undefined, undefined],
  [0, 0],
  [1000, 1000],
  [1001, null],
  [-1, null],
  [1.5, null],
  ['1', null],
  [{}, null],
])('reads the whole number %j as %j', (value, read) => {
  expect(readWhole(value === undefined ? {} : { n: value }, 'n', 1000)).toBe(read);
});

it.each([
  ['short', 10, 'short'],
  ['ééé', 5, 'éé'],
  ['a😀b', 4, 'a'],
  ['', 0, ''],
])('cuts %s to %i bytes: %s', (text, bytes, cut) => {
  expect(cutToBytes(text, bytes)).toBe(cut);
});
