import { describe, expect, it } from 'vitest';
import { RESIZE_METHODS, resizeImage } from './resize-image.js';

/** 4x2: left half black, right half white. */
const HALVES = {
  data: new Uint8Array([0, 0, 255, 255, 0, 0, 255, 255].flatMap((value) => [value, value, value])),
  width: 4,
  height: 2,
};

describe('resizeImage', () => {
  it.each(RESIZE_METHODS)('scales with %s to exactly the size', async (method) => {
    const { data, width, height } = await resizeImage(HALVES, { width: 8, height: 6, method, crop: false });
    expect([width, height, data.length]).toEqual([8, 6, 8 * 6 * 3]);
    expect([data[0], data[7 * 3]]).toEqual([0, 255]);
  });

  it('cuts the middle out with crop', async () => {
    const size = { width: 2, height: 2, method: 'nearest-exact' as const, crop: true };
    expect([...(await resizeImage(HALVES, size)).data].filter((_value, at) => at % 3 === 0)).toEqual([
      0, 255, 0, 255,
    ]);
  });

  it('gives the same picture back for the same size', async () => {
    expect(await resizeImage(HALVES, { width: 4, height: 2, method: 'area', crop: false })).toBe(HALVES);
  });

  it('refuses a picture of more than 100 megapixels as out of memory', async () => {
    const attempt = resizeImage(HALVES, { width: 16_384, height: 16_384, method: 'area', crop: false });
    await expect(attempt).rejects.toThrow(/can't allocate memory/);
  });
});
