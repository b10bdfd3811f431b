import { describe, expect, it } from 'vitest';
import { Overtaking } from './overtaking.js';

/** So many tasks begin, and before each `joins` come. */
function course(begins: number, joins: (begin: number) => [place: number, waiting: number][]): Overtaking {
  const overtaking = new Overtaking();
  for (let begin = 0; begin < begins; begin++) {
    for (const [place, waiting] of joins(begin)) overtaking.joined(place, waiting);
    overtaking.started();
  }
  return overtaking;
}

describe('newcomers who go first', () => {
  it('are none where all join at the end', () => {
    const overtaking = course(50, () => [[11, 10]]);
    expect(overtaking.expected([1, 10, 1000]).map(({ newcomers }) => newcomers)).toEqual([0, 0, 0]);
  });

  it('come while those wait who stand behind their places', () => {
    // One before every second begin, at place 20 of 100.
    const overtaking = course(100, (begin) => (begin % 2 === 0 ? [[20, 100]] : []));
    const [near, far] = overtaking.expected([10, 100]);
    expect(near!.newcomers).toBe(0);
    expect(far!.rate).toBeCloseTo(0.5);
    // 20 begins at the own pace, and twice 80 for the way until there.
    expect(far!.newcomers).toBeCloseTo(80);
  });

  it('never are more than four of five, because of the ageing', () => {
    const overtaking = course(100, () => [
      [1, 50],
      [1, 50],
    ]);
    expect(overtaking.expected([50])[0]!.newcomers).toBeCloseTo(200);
  });

  it('are forgotten after a hundred begins', () => {
    const overtaking = course(50, () => [[1, 50]]);
    for (let begin = 0; begin < 101; begin++) overtaking.started();
    expect(overtaking.expected([50])[0]!.newcomers).toBe(0);
  });
});
