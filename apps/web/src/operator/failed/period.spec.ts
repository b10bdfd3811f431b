import { expect, it } from 'vitest';
import { periodStart } from './period.js';

it('begins so long ago, or never', () => {
  const now = Date.UTC(2026, 0, 8, 12);
  expect(periodStart('all', now)).toBeUndefined();
  expect(periodStart('hour', now)).toBe('2026-01-08T11:00:00.000Z');
  expect(periodStart('week', now)).toBe('2026-01-01T12:00:00.000Z');
});
