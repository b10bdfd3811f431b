import { describe, expect, it } from 'vitest';
import { isReadableTable, withReadableHeaders } from './readable-headers.js';

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const long = (bytes: Buffer) => Buffer.concat([u32(bytes.length), bytes]);
const short = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
const entry = (key: string, tag: string, value: Buffer = Buffer.alloc(0)) =>
  Buffer.concat([short(key), Buffer.from(tag), value]);

/** An entry of each of these types. */
const ofEach = (tags: string, value: Buffer) =>
  Buffer.concat(tags.split('').map((tag) => entry('a', tag, value)));

/** A table in a table, so many of them. */
const nested = (depth: number): Buffer =>
  depth === 0 ? Buffer.alloc(0) : entry('t', 'F', long(nested(depth - 1)));

/** A header frame with these entries as headers, with a content type before and a delivery mode behind. */
function frameWith(table: Buffer): Buffer {
  const flags = Buffer.from([0x80 | 0x20 | 0x10, 0]);
  const payload = Buffer.concat([
    Buffer.from([0, 60, 0, 0]),
    Buffer.alloc(8),
    flags,
    short('text/plain'),
    long(table),
    Buffer.from([2]),
  ]);
  return Buffer.concat([Buffer.from([2, 0, 7]), u32(payload.length), payload, Buffer.from([0xce])]);
}

describe('a table', () => {
  it.each([
    ['empty', Buffer.alloc(0), true],
    ['of every type', ofEach('bBt', Buffer.alloc(1)), true],
    ['of wider types', ofEach('su', Buffer.alloc(2)), true],
    ['of texts and bytes', ofEach('Sx', long(Buffer.alloc(9))), true],
    ['of a list', entry('a', 'A', long(Buffer.from('VVV'))), true],
    ['15 deep', nested(15), true],
    ['16 deep', nested(16), false],
    ['5,000 deep', nested(5000), false],
    ['of a type that amqplib does not know', entry('a', 'L', Buffer.alloc(8)), false],
    ['of no type at all', Buffer.concat([short('a')]), false],
    ['whose text ends behind it', entry('a', 'S', u32(100)), false],
    ['whose table ends behind it', entry('a', 'F', u32(100)), false],
    ['whose number ends behind it', entry('a', 'l', Buffer.alloc(7)), false],
    ['whose length is cut', entry('a', 'S', Buffer.alloc(3)), false],
    ['whose key ends behind it', Buffer.from([9, 97]), false],
    ['inside of which something ends behind it', entry('a', 'F', long(entry('b', 'S', u32(1)))), false],
    ['with a prototype', entry('__proto__', 'V'), false],
    ['with a prototype inside', entry('a', 'F', long(entry('__proto__', 'V'))), false],
  ])('%s can be decoded: %s', (_, table, isReadable) => {
    expect(isReadableTable(table)).toBe(isReadable);
  });

  it('of any bytes is judged, quickly (a failure names its seed)', () => {
    let seed = 20_261_122;
    const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
    for (let round = 0; round < 2000; round++) {
      const from = seed;
      const table = Buffer.from(Array.from({ length: random() * 60 }, () => Math.floor(random() * 256)));
      expect(typeof isReadableTable(table), `seed ${from}`).toBe('boolean');
    }
  });
});

describe('what has come from the broker', () => {
  it('stays the same bytes where it can be decoded, or is not all here, or is no header', () => {
    const good = frameWith(entry('a', 'S', long(Buffer.from('b'))));
    const bad = frameWith(nested(20));
    const method = Buffer.concat([Buffer.from([1]), bad.subarray(1)]);
    for (const bytes of [
      good,
      bad.subarray(0, bad.length - 1),
      bad.subarray(0, 5),
      method,
      Buffer.alloc(0),
    ]) {
      expect(withReadableHeaders(bytes)).toBe(bytes);
    }
  });

  it('has other headers that say how many bytes it had, and all else as it came', () => {
    const rest = Buffer.from('the next frame');
    const table = nested(20);
    const changed = withReadableHeaders(Buffer.concat([frameWith(table), rest]));
    expect(changed).toEqual(
      Buffer.concat([frameWith(entry('x-unreadable-headers', 'I', u32(table.length))), rest]),
    );
    expect(withReadableHeaders(changed)).toBe(changed);
  });
});
