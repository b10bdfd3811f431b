import { expect, it } from 'vitest';
import { timeTicks } from './time-ticks.js';

it('stands at whole hours within the plot', () => {
  const from = new Date(2026, 0, 5, 13, 20).getTime();
  const to = new Date(2026, 0, 6, 13, 20).getTime();
  const ticks = timeTicks(from, to, 6).map((at) => new Date(at));
  expect(ticks.map((at) => at.getHours())).toEqual([18, 0, 6, 12]);
  expect(ticks.every((at) => at.getMinutes() === 0)).toBe(true);
});
