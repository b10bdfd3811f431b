import { describe, expect, it } from 'vitest';
import { finish } from '../colour/time-slices.js';
import { blend, blendTable, type BlendMode } from './blend.js';

describe('blendTable', () => {
  // 51, 102, 153 and 204 are 0.2, 0.4, 0.6 and 0.8.
  it.each<[BlendMode, number, number, number]>([
    ['normal', 51, 204, 204],
    ['multiply', 102, 153, 61], // 0.4 x 0.6
    ['screen', 102, 153, 194], // 1 - 0.6 x 0.4
    ['overlay', 102, 153, 122], // dark base: 2 x 0.4 x 0.6
    ['overlay', 153, 102, 133], // bright base: 1 - 2 x 0.4 x 0.6
    ['soft_light', 102, 51, 65], // dark top: 0.4 - 0.6 x 0.4 x 0.6
    ['soft_light', 51, 204, 89], // bright top, base below 1/4: 0.2 + 0.6 x (0.448 - 0.2)
    ['soft_light', 102, 204, 138], // bright top: 0.4 + 0.6 x (0.6325 - 0.4)
    ['difference', 204, 51, 153],
    ['difference', 51, 204, 0], // signed: what is below black is black
  ])('%s of %i and %i is %i', (mode, base, top, result) => {
    expect(blendTable(mode, 1)[base * 256 + top]).toBe(result);
  });

  it('takes the share of the factor', () => {
    expect(blendTable('normal', 0.25)[100 * 256 + 200]).toBe(125);
    expect(blendTable('screen', 0)[100 * 256 + 200]).toBe(100);
  });
});

it('blends every sample with the one at its place', () => {
  const base = { data: new Uint8Array([10, 20, 30, 40, 50, 60]), width: 1, height: 2 };
  const top = { ...base, data: new Uint8Array([30, 20, 10, 0, 250, 60]) };
  expect(finish(blend(base, top, 'normal', 0.5))).toEqual({
    ...base,
    data: new Uint8Array([20, 20, 20, 20, 150, 60]),
  });
});
