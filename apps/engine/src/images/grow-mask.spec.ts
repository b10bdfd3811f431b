import { describe, expect, it } from 'vitest';
import { finish } from '../colour/time-slices.js';
import { growMask } from './grow-mask.js';
import type { Mask } from './mask.js';

/** `#` is 255, anything else 0. */
function drawn(...rows: string[]): Mask {
  const data = new Uint8Array(rows.flatMap((row) => row.split('').map((dot) => (dot === '#' ? 255 : 0))));
  return { data, width: rows[0]!.length, height: rows.length };
}

const DOT = drawn('.....', '.....', '..#..', '.....', '.....');

describe('growMask', () => {
  it('grows to a diamond with tapered corners', () => {
    expect(finish(growMask(DOT, { steps: 2, taperedCorners: true }))).toEqual(
      drawn('..#..', '.###.', '#####', '.###.', '..#..'),
    );
  });

  it('grows to a square without', () => {
    expect(finish(growMask(DOT, { steps: 1, taperedCorners: false }))).toEqual(
      drawn('.....', '.###.', '.###.', '.###.', '.....'),
    );
  });

  it('shrinks with a negative number, not at the edges of the picture', () => {
    const corner = drawn('###..', '###..', '###..');
    const steps = -1;
    expect(finish(growMask(corner, { steps, taperedCorners: true }))).toEqual(
      drawn('##...', '##...', '##...'),
    );
    expect(finish(growMask(corner, { steps, taperedCorners: false }))).toEqual(
      drawn('##...', '##...', '##...'),
    );
  });

  it('gives the mask as it is for 0 steps', () => {
    expect(finish(growMask(DOT, { steps: 0, taperedCorners: true }))).toEqual(DOT);
  });

  it('is done when everything is full, however many steps are wanted', () => {
    const full = finish(growMask(DOT, { steps: 16_384, taperedCorners: true }));
    expect(full.data.every((value) => value === 255)).toBe(true);
  });
});
