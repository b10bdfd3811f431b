import { v7 as uuidv7 } from 'uuid';
import { expect, it } from 'vitest';
import { idAt } from './id-at.js';
import { percentilesOf } from './percentiles.js';

it('gives the nearest rank, in seconds', () => {
  expect(percentilesOf([])).toBeNull();
  expect(percentilesOf([1234])).toEqual({ p50: 1.2, p95: 1.2 });
  const hundred = Array.from({ length: 100 }, (_, index) => (100 - index) * 1000);
  expect(percentilesOf(hundred)).toEqual({ p50: 50, p95: 95 });
});

it('lies between the ids of the moment before and of the moment itself', () => {
  const at = 1_700_000_000_000;
  for (let round = 0; round < 100; round += 1) {
    expect(uuidv7({ msecs: at - 1 }) < idAt(at)).toBe(true);
    expect(uuidv7({ msecs: at }) > idAt(at)).toBe(true);
  }
});
