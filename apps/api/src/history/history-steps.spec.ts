import { expect, it } from 'vitest';
import { historySteps } from './history-steps.js';

it.each([
  [1, 60, 60],
  [6, 300, 72],
  [24, 900, 96],
  [72, 3600, 72],
  [168, 7200, 84],
])('cuts %d hours into steps of %d s', (hours, stepS, count) => {
  const now = Date.parse('2026-03-01T09:07:31.500Z');
  const steps = historySteps(hours, now);
  expect(steps.stepS).toBe(stepS);
  expect(steps.begins).toHaveLength(count);
  expect(steps.begins.every((at) => at % (stepS * 1000) === 0)).toBe(true);
  const last = steps.begins.at(-1)!;
  expect(last <= now && now < last + stepS * 1000).toBe(true);
  expect(steps.begins[1]! - steps.begins[0]!).toBe(stepS * 1000);
});
