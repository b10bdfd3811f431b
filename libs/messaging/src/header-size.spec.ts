import { expect, it } from 'vitest';
import { headerSize } from './header-size.js';

it.each<[string, object, number, number]>([
  ['nothing', {}, 0, 10],
  ['a text', { a: 'x'.repeat(1000) }, 1000, 1020],
  ['bytes', { a: Buffer.alloc(1000) }, 1000, 1020],
  ['a long name', { ['é'.repeat(100)]: true }, 200, 230],
  ['what lies inside', { a: { b: [{ c: 'x'.repeat(1000) }] } }, 1000, 1050],
  ['many small things', { a: Array.from({ length: 100_000 }, () => null) }, 100_000, 1_000_000],
])('counts %s', (_, headers, least, most) => {
  expect(headerSize(headers)).toBeGreaterThanOrEqual(least);
  expect(headerSize(headers)).toBeLessThanOrEqual(most);
});

it('counts what lies so deep that no call stack reaches it', () => {
  let headers = {};
  for (let depth = 0; depth < 100_000; depth++) headers = { a: headers };
  expect(headerSize(headers)).toBeGreaterThan(100_000);
});
