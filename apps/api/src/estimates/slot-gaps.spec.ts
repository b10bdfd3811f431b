import { expect, it } from 'vitest';
import { SlotGaps } from './slot-gaps.js';

it('measures from the end of a run to the begin of the next one of the same worker', () => {
  const gaps = new SlotGaps();
  gaps.ended('a', { at: 1000, type: 'person' });
  gaps.ended('b', { at: 1010, type: 'building' });
  expect(gaps.started('a', 1025)).toEqual({ gapMs: 25, type: 'person' });
  expect(gaps.started('b', 1020)).toEqual({ gapMs: 10, type: 'building' });
});

it('knows nothing where no run has ended before, or too long ago', () => {
  const gaps = new SlotGaps();
  expect(gaps.started('a', 1000)).toBeUndefined();
  gaps.ended('a', { at: 1000, type: 'person' });
  expect(gaps.started('a', 60_000)).toBeUndefined();
  expect(gaps.started('a', 60_001)).toBeUndefined();
});

it('takes the latest end where a worker has several slots', () => {
  const gaps = new SlotGaps();
  gaps.ended('a', { at: 1000, type: 'person' });
  gaps.ended('a', { at: 3000, type: 'person' });
  expect(gaps.started('a', 3005)?.gapMs).toBe(5);
});
