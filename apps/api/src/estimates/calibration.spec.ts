import { describe, expect, it } from 'vitest';
import { Calibration, judge } from './calibration.js';

const SPREAD = { low: 80, middle: 100, high: 150 };

describe('the bounds of a range', () => {
  it('are at first those of the forecast', () => {
    expect(new Calibration().range(SPREAD)).toEqual({ from: 80, to: 150 });
  });

  it('move outwards on the side that was missed, and stay put while one in ten is missed', () => {
    const calibration = new Calibration();
    for (let task = 0; task < 10; task++) calibration.judged('late', task, task + 1);
    const { from, to } = calibration.range(SPREAD);
    expect(to).toBeGreaterThan(200);
    expect(from).toBeGreaterThan(80);
    for (let task = 20; task < 220; task++) {
      const verdict = task % 10 === 0 ? 'late' : task % 10 === 5 ? 'early' : 'inside';
      calibration.judged(verdict, task, task + 1);
    }
    expect(calibration.range(SPREAD).to).toBeCloseTo(to, 0);
  });

  it('learn once from an album whose photos were all promised at the same time', () => {
    const calibration = new Calibration();
    for (let photo = 0; photo < 500; photo++) calibration.judged('late', 1000, 2000 + photo);
    expect(calibration.range(SPREAD).to).toBeLessThan(160);
  });

  it('are never farther apart than four times, and never before now', () => {
    const calibration = new Calibration();
    for (let task = 0; task < 1000; task++) {
      calibration.judged(task % 2 === 0 ? 'late' : 'early', task, task + 1);
    }
    const { from, to } = calibration.range(SPREAD);
    expect([from, to]).toEqual([20, expect.closeTo(300, -1)]);
    expect(to).toBeLessThanOrEqual(300);
    expect(calibration.range({ low: 10, middle: 100, high: 150 }).from).toBe(0);
  });
});

describe('an end', () => {
  it.each([
    [99, 'early'],
    [100, 'inside'],
    [200, 'inside'],
    [201, 'late'],
  ])('at %d is %s', (endedAt, verdict) => {
    expect(judge({ from: 100, to: 200 }, endedAt)).toBe(verdict);
  });
});
