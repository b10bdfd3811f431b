import { expect, it } from 'vitest';
import { timeSteps } from './time-steps.js';

it.each([
  [0, [0, 0.5]],
  [1.9, [0, 0.5, 1, 1.5, 2]],
  [105, [0, 30, 60, 90, 120]],
  [3600, [0, 900, 1800, 2700, 3600]],
  [1_000_000, [0, 250_000, 500_000, 750_000, 1_000_000]],
])('up to %d seconds', (highest, steps) => {
  expect(timeSteps(highest)).toEqual(steps);
});
