import { describe, expect, it } from 'vitest';
import { boxMean, fitLines } from './guided-filter.js';
import { createPlane } from './plane.js';
import { finish } from './time-slices.js';

describe('guided filter', () => {
  it('takes the mean of what lies in the picture', () => {
    const plane = { data: Float32Array.from([3, 6, 9, 12]), width: 4, height: 1 };
    expect([...boxMean(plane, 1).data]).toEqual([4.5, 6, 9, 10.5]);
    expect([...boxMean(plane, 9).data]).toEqual([7.5, 7.5, 7.5, 7.5]);
  });

  it('puts a blurred colour border where the lightness has its edge', () => {
    const [width, height] = [40, 20];
    const guide = createPlane(width, height);
    const colour = createPlane(width, height);
    for (let i = 0; i < guide.data.length; i++) {
      const x = i % width;
      guide.data[i] = x < 20 ? 30 : 80;
      // the guess fades from -10 to 10 over half the picture
      colour.data[i] = Math.min(Math.max(x - 19.5, -10), 10);
    }
    const { slope, offset } = finish(fitLines(guide, colour, 6, 4));
    const at = (x: number): number => {
      const i = 10 * width + x;
      return slope.data[i]! * guide.data[i]! + offset.data[i]!;
    };
    expect(colour.data[10 * width + 20]! - colour.data[10 * width + 19]!).toBeCloseTo(1);
    expect(at(20) - at(19)).toBeGreaterThan(5);
  });
});
