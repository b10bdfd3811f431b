import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../colour/colouriser.js';
import { finish } from '../colour/time-slices.js';
import { blur, gaussianTaps, sharpen } from './gaussian.js';

/** One grey value a number. */
function grey(width: number, ...values: number[]): RgbImage {
  const data = new Uint8Array(values.flatMap((value) => [value, value, value]));
  return { data, width, height: values.length / width };
}

const rowsOf = ({ data, width, height }: RgbImage) =>
  Array.from({ length: height }, (_y, y) =>
    Array.from({ length: width }, (_x, x) => data[(y * width + x) * 3]),
  );
const greyOf = ({ data }: RgbImage) => [...data].filter((_value, at) => at % 3 === 0);

/** A bright pixel in the middle of five by five. */
const DOT = grey(5, ...Array.from({ length: 25 }, (_, i) => (i === 12 ? 200 : 100)));

describe('gaussianTaps', () => {
  it('spans from -1 to 1 whatever the radius is', () => {
    // exp(-1/2), 1, exp(-1/2), over their sum.
    expect([...gaussianTaps(1, 1)].map((tap) => tap.toFixed(6))).toEqual([
      '0.274069',
      '0.451863',
      '0.274069',
    ]);
    // exp(-2), exp(-1/2), 1, exp(-1/2), exp(-2), over their sum: at -1, -1/2, 0, 1/2 and 1 with sigma 1/2.
    expect([...gaussianTaps(2, 0.5)].map((tap) => tap.toFixed(6))).toEqual([
      '0.054489',
      '0.244201',
      '0.402620',
      '0.244201',
      '0.054489',
    ]);
  });

  it('adds up to one', () => {
    const sum = gaussianTaps(31, 0.1).reduce((total, tap) => total + tap, 0);
    expect(sum).toBeCloseTo(1, 12);
  });
});

describe('blur', () => {
  it('spreads a dot', () => {
    // 100 more in the middle: times 0.451863² there, 0.451863 x 0.274069 beside it, 0.274069² at the corners.
    const [corner, beside, middle] = [108, 112, 120];
    expect(rowsOf(finish(blur(DOT, 1, 1)))).toEqual([
      [100, 100, 100, 100, 100],
      [100, corner, beside, corner, 100],
      [100, beside, middle, beside, 100],
      [100, corner, beside, corner, 100],
      [100, 100, 100, 100, 100],
    ]);
  });

  it('mirrors at the edges without doubling them', () => {
    // The first pixel sees 90, 0, 90 and the last one 0, 90, 0 along the row; all rows are equal.
    const row = finish(blur(grey(2, 0, 90, 0, 90), 1, 1));
    expect(greyOf(row)).toEqual([49, 41, 49, 41]);
  });

  it('keeps channels apart and a flat picture flat', () => {
    const flat: RgbImage = {
      data: new Uint8Array(81).map((_v, i) => [10, 100, 255][i % 3]!),
      width: 9,
      height: 3,
    };
    expect(finish(blur(flat, 2, 3))).toEqual(flat);
  });
});

describe('sharpen', () => {
  it('adds ten times alpha of what the blur takes away', () => {
    // Middle: 200 + 0.5 x (200 - 120.418); beside: 100 + 0.5 x (100 - 112.384); corner: 100 - 0.5 x 7.511.
    const [corner, beside, middle] = [96, 94, 240];
    expect(rowsOf(finish(sharpen(DOT, 1, 1, 0.05)))).toEqual([
      [100, 100, 100, 100, 100],
      [100, corner, beside, corner, 100],
      [100, beside, middle, beside, 100],
      [100, corner, beside, corner, 100],
      [100, 100, 100, 100, 100],
    ]);
  });

  it('stays between black and white', () => {
    const sharp = greyOf(finish(sharpen(DOT, 1, 1, 5)));
    expect([Math.min(...sharp), Math.max(...sharp)]).toEqual([0, 255]);
  });

  it('does nothing with an alpha of 0', () => {
    expect(finish(sharpen(DOT, 2, 1, 0))).toEqual(DOT);
  });
});
