import { expect, it } from 'vitest';
import { upsampleJointly } from './joint-upsampling.js';
import { createPlane } from './plane.js';
import { finish } from './time-slices.js';

it('lets a colour end at the outline of its thing, not at the border of a cell', () => {
  // 8 x 8 cells of 10 pixels; the thing ends in the middle of the fifth column
  const guide = createPlane(80, 80);
  for (let i = 0; i < guide.data.length; i++) guide.data[i] = i % 80 < 45 ? 30 : 85;
  const guess = { a: createPlane(8, 8), b: createPlane(8, 8) };
  for (let i = 0; i < 64; i++) guess.b.data[i] = i % 8 < 5 ? 20 : 0;
  const { b } = finish(upsampleJointly(guess, guide));
  const at = (x: number): number => b.data[40 * 80 + x]!;
  expect(at(44)).toBeGreaterThan(18);
  expect(at(46)).toBeLessThan(4);
  expect(at(5)).toBeCloseTo(20);
  expect(at(75)).toBeCloseTo(0);
});
