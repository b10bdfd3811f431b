import { expect, it } from 'vitest';
import { RestartPause } from './restart-pause.js';

it('waits longer each time, half a minute at most, and begins anew with what was well for a minute', () => {
  const pause = new RestartPause();
  const pauses = Array.from({ length: 8 }, () => pause.after(1_000));
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect(pause.after(60_001)).toBe(500);
  expect(pause.after(60_000)).toBe(1_000);
});
