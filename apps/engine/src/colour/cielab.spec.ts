import { converter } from 'culori';
import { describe, expect, it } from 'vitest';
import {
  byteOfLinear,
  gammaEncode,
  labOf,
  lightnessOf,
  linearRgbOfLab,
  luminanceOfLightness,
} from './cielab.js';

const toLab = converter('lab65');
const COLOURS = [
  [0, 0, 0],
  [255, 255, 255],
  [200, 120, 40],
  [3, 5, 9],
  [20, 90, 200],
  [250, 10, 60],
] as const;

describe('CIELAB', () => {
  it.each(COLOURS)('agrees with another implementation for %d %d %d', (r, g, b) => {
    const expected = toLab({ mode: 'rgb', r: r / 255, g: g / 255, b: b / 255 });
    const [l, a, bb] = labOf(r, g, b);
    expect(l).toBeCloseTo(expected.l, 1);
    // the white points differ in the fourth digit
    expect(Math.abs(a - expected.a)).toBeLessThan(0.15);
    expect(Math.abs(bb - expected.b)).toBeLessThan(0.15);
  });

  it.each(COLOURS)('comes back to %d %d %d', (r, g, b) => {
    expect(linearRgbOfLab(...labOf(r, g, b)).map(byteOfLinear)).toEqual([r, g, b]);
  });

  it('knows the grey of lightness 50', () => {
    expect(gammaEncode(luminanceOfLightness(50))).toBeCloseTo(0.46633, 4);
    expect(lightnessOf(119, 119, 119)).toBeCloseTo(50.03, 1);
  });

  it('gives every byte back and clamps what sRGB cannot show', () => {
    for (let byte = 0; byte < 256; byte++) {
      expect(byteOfLinear(luminanceOfLightness(lightnessOf(byte, byte, byte)))).toBe(byte);
    }
    expect([byteOfLinear(-1), byteOfLinear(2)]).toEqual([0, 255]);
  });
});
