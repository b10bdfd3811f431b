import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../colour/colouriser.js';
import { finish } from '../colour/time-slices.js';
import { composite } from './composite.js';

function grey(width: number, ...values: number[]): RgbImage {
  const data = new Uint8Array(values.flatMap((value) => [value, value, value]));
  return { data, width, height: values.length / width };
}
const greyOf = ({ data }: RgbImage) => [...data].filter((_value, at) => at % 3 === 0);

const WALL = grey(3, 0, 0, 0, 0, 0, 0);

describe('composite', () => {
  it('puts a picture on another and cuts off what hangs over', () => {
    // A Buffer, as sharp gives it: its `slice` is no copy.
    const wall = { ...WALL, data: Buffer.from(WALL.data) };
    const laid = finish(composite(wall, grey(2, 10, 20, 30, 40), { x: 2, y: 1 }));
    expect(greyOf(laid)).toEqual([0, 0, 0, 0, 0, 10]);
    expect(greyOf(wall)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('takes each pixel as far as the mask says', () => {
    const mask = { data: new Uint8Array([0, 255, 51]), width: 3, height: 1 };
    const laid = finish(composite(grey(3, 100, 100, 100), grey(3, 200, 200, 200), { x: 0, y: 0, mask }));
    expect(greyOf(laid)).toEqual([100, 200, 120]);
  });

  it('shows nothing of a picture that begins outside', () => {
    expect(greyOf(finish(composite(WALL, grey(1, 9), { x: 16_384, y: 0 })))).toEqual(greyOf(WALL));
    expect(greyOf(finish(composite(WALL, grey(1, 9), { x: 0, y: 16_384 })))).toEqual(greyOf(WALL));
  });
});
