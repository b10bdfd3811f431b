import { describe, expect, it } from 'vitest';
import { windowOf } from './window.js';

const worker = (name: string, second: number, concurrency = 1, lookahead = 0) => ({
  worker: name,
  concurrency,
  lookahead,
  at: new Date(second * 1000).toISOString(),
});

describe('what the broker should hold', () => {
  it('is two for each slot, and two where no worker was heard of', () => {
    expect(windowOf([])).toBe(2);
    expect(windowOf([worker('a', 0)])).toBe(2);
    expect(windowOf([worker('a', 0), worker('b', 4, 3)])).toBe(8);
  });

  it('is one more for each task that a worker may hold ahead', () => {
    expect(windowOf([worker('a', 0, 1, 1)])).toBe(3);
    expect(windowOf([worker('a', 0, 1, 1), worker('b', 4, 2, 3)])).toBe(10);
  });

  it('does not grow with the times that a worker was started again', () => {
    expect(windowOf([worker('a', 0), worker('a', 3), worker('a', 7), worker('a', 14), worker('b', 14)])).toBe(
      4,
    );
  });

  it('counts workers of one name that are all alive', () => {
    expect(windowOf([worker('a', 10), worker('a', 12), worker('a', 15)])).toBe(6);
  });
});
