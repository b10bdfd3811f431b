import { expect, test } from 'vitest';
import { mulberry32 } from '../estimates/fixed-draws.js';
import { OrderedEntries } from './ordered-entries.js';

/** The slot numbers are their own order. */
const before = (slot: number) => (other: number) => other < slot;

test.each([1, 2, 3])('agrees with a sorted array over many blocks and back to none, seed %i', (seed) => {
  const random = mulberry32(seed);
  const numbers = [...new Set(Array.from({ length: 5_000 }, () => Math.floor(random() * 1e9)))];
  const sorted: number[] = numbers.slice(0, 1_000).sort((a, b) => a - b);
  const entries = new OrderedEntries(Uint32Array.from(sorted));
  for (const number of numbers.slice(1_000)) {
    const index = sorted.findIndex((other) => other > number);
    sorted.splice(index === -1 ? sorted.length : index, 0, number);
    expect(entries.insert(number, before(number))).toBe(sorted.indexOf(number));
  }
  expect(entries.slice(0, numbers.length)).toEqual(sorted);
  while (sorted.length > 0) {
    const index = Math.floor(random() * sorted.length);
    const number = sorted[index]!;
    expect(entries.rank(before(number))).toBe(index);
    expect(entries.at(index)).toBe(number);
    expect(entries.remove(before(number))).toBe(index);
    sorted.splice(index, 1);
  }
  expect(entries.at(0)).toBeUndefined();
  expect(entries.insert(7, before(7))).toBe(0);
});

test('what rises fills its blocks, and what falls splits them', () => {
  const entries = new OrderedEntries();
  for (let slot = 5_000; slot < 10_000; slot += 1) entries.insert(slot, before(slot));
  for (let slot = 4_999; slot >= 0; slot -= 1) entries.insert(slot, before(slot));
  expect(entries.slice(-5, 20_000)).toEqual(Array.from({ length: 10_000 }, (_, slot) => slot));
});

test('does not take out what is not there', () => {
  expect(() => new OrderedEntries().remove(before(1))).toThrow(RangeError);
});
