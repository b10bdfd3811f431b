import { describe, expect, it } from 'vitest';
import { DEFAULT_PACE } from './comfy-pace.js';
import { PollSchedule } from './poll-schedule.js';

/** How many looks there are until then, while every one finds that the prompt still runs. */
function looksUntil(endMs: number, socketHelps: boolean): number {
  const schedule = new PollSchedule(DEFAULT_PACE, 0);
  let looks = 0;
  for (let now = 0; now < endMs; now = schedule.nextAtMs(now, socketHelps)) {
    if (!schedule.isDue(now)) continue;
    looks += 1;
    schedule.looked(now, socketHelps);
  }
  return looks;
}

describe('PollSchedule', () => {
  it('asks once in ten minutes while the socket helps, so that the end is the second call', () => {
    expect(looksUntil(15_000, true)).toBe(0);
    expect(looksUntil(600_000, true)).toBe(1);
  });

  it('asks every second without the socket', () => {
    expect(looksUntil(10_500, false)).toBe(10);
  });

  it('looks a moment after a hint, unless the prompt speaks', () => {
    const schedule = new PollSchedule(DEFAULT_PACE, 0);
    schedule.hinted(1_000);
    expect(schedule.nextAtMs(1_000, true)).toBe(1_000 + DEFAULT_PACE.historyMs);
    schedule.heard();
    expect(schedule.nextAtMs(1_000, true)).toBe(DEFAULT_PACE.firstLookMs);
  });

  it('asks for a late history with growing pauses, the socket up or not', () => {
    const schedule = new PollSchedule(DEFAULT_PACE, 0);
    schedule.ends(0, false);
    const pauses: number[] = [];
    let now = schedule.nextAtMs(0, true);
    for (let look = 0; look < 6; look++) {
      expect(schedule.isDue(now)).toBe(true);
      schedule.looked(now, true);
      pauses.push(schedule.nextAtMs(now, true) - now);
      now += pauses.at(-1)!;
    }
    expect(pauses).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it('reads the history at once where it is said to be written', () => {
    const schedule = new PollSchedule(DEFAULT_PACE, 0);
    schedule.ends(5, true);
    expect(schedule.isDue(5)).toBe(true);
  });
});
