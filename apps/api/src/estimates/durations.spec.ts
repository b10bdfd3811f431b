import { describe, expect, it } from 'vitest';
import { Durations } from './durations.js';

describe('durations', () => {
  it('are drawn from what was measured, and around it', () => {
    const durations = new Durations([30, 10, 20]);
    expect(durations.draw(0.001, 0)).toBe(10);
    expect(durations.draw(0.5, 0)).toBe(20);
    expect(durations.draw(0.999, 0)).toBe(30);
    expect(durations.draw(0.999, 2)).toBeGreaterThan(30);
  });

  it('have no spread where all samples are the same', () => {
    const durations = new Durations([7, 7, 7]);
    expect(durations.draw(0.9, 3)).toBe(7);
    expect(durations.deviation).toBe(0);
  });

  it('are less sure of their mean the fewer samples there are', () => {
    const errors = [1, 5, 50].map((count) => new Durations(Array.from({ length: count }, () => 7)).meanError);
    expect(errors).toEqual(errors.toSorted((a, b) => b - a));
    expect(errors[0]).toBeGreaterThan(0.3);
    expect(errors[2]).toBeLessThan(0.05);
  });

  it('remain as long as those samples that are longer than what has passed', () => {
    const durations = new Durations([10, 20, 30]);
    expect(durations.drawRemaining(25, 0.5, 0)).toBe(5);
    expect(durations.drawRemaining(15, 0.001, 0)).toBe(5);
    expect(durations.drawRemaining(15, 0.999, 0)).toBe(15);
  });

  it('remain for a share of what has passed where none was so long', () => {
    const durations = new Durations([10, 20, 30]);
    expect(durations.drawRemaining(100, 0.5, 0)).toBeCloseTo(18.9, 1);
    expect(durations.drawRemaining(200, 0.5, 0)).toBeCloseTo(37.8, 1);
  });

  it('are zero before anything was measured', () => {
    const none = new Durations([]);
    expect([none.mean, none.deviation, none.meanError, none.draw(0.5, 1)]).toEqual([0, 0, 0, 0]);
  });
});
