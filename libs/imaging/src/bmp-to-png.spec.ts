import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBmp, type BmpPicture } from '../test/bmp-writer.js';
import { PictureFolder, pixelsOf } from '../test/picture-folder.js';
import { DEFAULT_IMAGE_LIMITS } from './image-limits.js';
import { makeCanonical } from './make-canonical.js';

const limits = { ...DEFAULT_IMAGE_LIMITS, minSide: 1 };
let folder: PictureFolder;
let count = 0;

beforeAll(async () => {
  folder = await PictureFolder.create();
});
afterAll(async () => folder.remove());

async function decode(picture: BmpPicture): Promise<number[][]> {
  const { data, ...size } = await makeCanonical(writeBmp(picture), limits);
  const target = await folder.put(`${(count += 1)}.png`, data);
  expect(size).toEqual({ width: picture.width, height: picture.height });
  return await pixelsOf(target);
}

/** Widths that are no multiple of anything, so that padding and half-used bytes matter. */
const width = 13;
const height = 7;
const everyPixel = <T>(colour: (x: number, y: number) => T): T[] =>
  Array.from({ length: width * height }, (_, index) => colour(index % width, Math.floor(index / width)));

describe('indexed bitmaps', () => {
  it.each([1, 2, 4, 8])('reads %i bits a pixel', async (bits) => {
    const palette = Array.from({ length: 2 ** bits }, (_, n): [number, number, number] => [
      n,
      255 - n,
      (n * 7) % 256,
    ]);
    const pixel = (x: number, y: number): number => (x * 5 + y * 3) % palette.length;
    const expected = everyPixel((x, y) => palette[pixel(x, y)]);
    expect(await decode({ width, height, bits, palette, pixel })).toEqual(expected);
    expect(await decode({ width, height, bits, palette, pixel, topDown: true })).toEqual(expected);
  });

  it('takes the whole palette where the header gives no number of colours', async () => {
    const palette = Array.from({ length: 16 }, (_, n): [number, number, number] => [n, n, n]);
    const pixel = (x: number): number => x;
    const pixels = await decode({ width, height, bits: 4, palette, pixel, claim: { colours: 0 } });
    expect(pixels).toEqual(everyPixel((x) => [x, x, x]));
  });

  it.each([12, 16, 64, 108, 124])('reads a header of %i bytes', async (headerSize) => {
    const palette = Array.from({ length: 256 }, (_, n): [number, number, number] => [n, 0, 255 - n]);
    const pixel = (x: number, y: number): number => x * y;
    const expected = everyPixel((x, y) => palette[x * y]);
    expect(await decode({ width, height, bits: 8, headerSize, palette, pixel })).toEqual(expected);
  });
});

describe('run-length bitmaps', () => {
  const stream = (...rows: number[][]): Buffer => Buffer.from(rows.flat());
  const palette = Array.from({ length: 16 }, (_, n): [number, number, number] => [n * 16, n, 255 - n]);
  const colours = (indices: number[]): (number[] | undefined)[] => indices.map((index) => palette[index]);

  it('reads RLE8: runs, literals, skipped pixels and rows that end early', async () => {
    const data = stream(
      [3, 1, 0, 3, 7, 8, 9, 0, 0, 0], // bottom row: 1 1 1 7 8 9, padded literal
      [2, 4, 0, 2, 1, 1], // 4 4, then one right and one up
      [2, 5, 0, 0], // 5 5 from the fourth pixel of row 2
      [6, 6, 0, 1],
    );
    const pixels = await decode({ width: 6, height: 4, bits: 8, compression: 1, palette, data });
    expect(pixels).toEqual(colours([6, 6, 6, 6, 6, 6, 0, 0, 0, 5, 5, 0, 4, 4, 0, 0, 0, 0, 1, 1, 1, 7, 8, 9]));
  });

  it('reads RLE4: alternating runs, literals of an odd number, a skipped row', async () => {
    const data = stream(
      [5, 0x12, 0, 0], // bottom row: 1 2 1 2 1
      [0, 5, 0x34, 0x56, 0x70, 0, 0, 2, 0, 1], // 3 4 5 6 7, then up over its end to row 2
      [0, 0, 5, 0xff, 0, 1],
    );
    const pixels = await decode({ width: 5, height: 4, bits: 4, compression: 2, palette, data });
    expect(pixels).toEqual(colours([15, 15, 15, 15, 15, 0, 0, 0, 0, 0, 3, 4, 5, 6, 7, 1, 2, 1, 2, 1]));
  });

  it('takes a full picture that ends without an end mark', async () => {
    const pixels = await decode({
      width: 3,
      height: 1,
      bits: 8,
      compression: 1,
      palette,
      data: Buffer.from([3, 2]),
    });
    expect(pixels).toEqual(colours([2, 2, 2]));
  });
});

describe('direct colour bitmaps', () => {
  const colour = (x: number, y: number): [number, number, number] => [x * 19, y * 36, (x * y * 3) % 256];
  const packed = (x: number, y: number): number =>
    colour(x, y).reduce((value, part) => value * 256 + part, 0);

  it.each([12, 40, 124])('reads 24 bits under a header of %i bytes', async (headerSize) => {
    expect(await decode({ width, height, bits: 24, headerSize, pixel: packed })).toEqual(everyPixel(colour));
  });

  it('reads plain 32 bits, whose fourth byte means nothing', async () => {
    const pixel = (x: number, y: number): number => packed(x, y) + 0x01_00_00_00 * x;
    expect(await decode({ width, height, bits: 32, pixel })).toEqual(everyPixel(colour));
    expect(await decode({ width, height, bits: 32, headerSize: 124, pixel })).toEqual(everyPixel(colour));
  });

  it('reads 16 bits as 5-5-5', async () => {
    const pixels = await decode({ width, height, bits: 16, pixel: (x, y) => (x << 10) | (31 << 5) | y });
    expect(pixels).toEqual(
      everyPixel((x, y) => [Math.round((x * 255) / 31), 255, Math.round((y * 255) / 31)]),
    );
  });

  it('reads 16 bits by masks, 5-6-5', async () => {
    const masks = [0xf800, 0x07e0, 0x001f];
    const pixel = (x: number, y: number): number => (x << 11) | (y << 5) | 31;
    const pixels = await decode({ width, height, bits: 16, compression: 3, masks, pixel });
    expect(pixels).toEqual(
      everyPixel((x, y) => [Math.round((x * 255) / 31), Math.round((y * 255) / 63), 255]),
    );
  });

  it.each([40, 108])(
    'reads 32 bits by masks of 11, 11 and 10 bits under a header of %i bytes',
    async (headerSize) => {
      const masks = [0xffe0_0000, 0x001f_fc00, 0x0000_03ff];
      const pixel = (x: number, y: number): number => x * 100 * 2 ** 21 + y * 200 * 2 ** 10 + 1023;
      const pixels = await decode({ width, height, bits: 32, compression: 3, headerSize, masks, pixel });
      expect(pixels).toEqual(everyPixel((x, y) => [(x * 100) >> 3, (y * 200) >> 3, 255]));
    },
  );

  const rgba = [0xff0000, 0xff00, 0xff, 0xff00_0000];
  it.each([
    ['v5', 124, 3],
    ['v4', 108, 3],
    ['an ALPHABITFIELDS', 40, 6],
  ])('lays the alpha of %s header on white', async (_name, headerSize, compression) => {
    const pixel = (x: number): number => 0x33_66_99 + (x === 0 ? 0 : x === 1 ? 0x8000_0000 : 0xff00_0000);
    const pixels = await decode({
      width: 3,
      height: 1,
      bits: 32,
      headerSize,
      compression,
      masks: rgba,
      pixel,
    });
    expect(pixels).toEqual([
      [255, 255, 255],
      [153, 178, 204],
      [0x33, 0x66, 0x99],
    ]);
  });

  it('takes alpha that is 0 everywhere as unused', async () => {
    const picture = { width, height, bits: 32, headerSize: 124, compression: 3, masks: rgba, pixel: packed };
    expect(await decode(picture)).toEqual(everyPixel(colour));
  });
});
