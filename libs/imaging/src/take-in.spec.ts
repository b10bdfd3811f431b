import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeBmp } from '../test/bmp-writer.js';
import { PictureFolder, pixelsOf } from '../test/picture-folder.js';
import { textBomb, writePng } from '../test/png-writer.js';
import { DEFAULT_IMAGE_LIMITS } from './image-limits.js';
import { takeIn, type TakenIn } from './take-in.js';

let folder: PictureFolder;
beforeEach(async () => {
  folder = await PictureFolder.create();
});
afterEach(async () => folder.remove());

const target = (): string => `${folder.path}/thumbnail.jpg`;

async function take(data: Buffer, side = 480): Promise<TakenIn> {
  const taken = await takeIn(await folder.put('source', data), target(), side, DEFAULT_IMAGE_LIMITS);
  const found = await sharp(target()).metadata();
  const { width, height } = taken.thumbnail;
  expect(found).toMatchObject({ format: 'jpeg', channels: 3, space: 'srgb', width, height });
  expect([found.exif, found.icc, found.xmp, found.orientation]).toEqual(Array(4).fill(undefined));
  expect((await readFile(target())).length).toBe(taken.thumbnail.bytes);
  return taken;
}

const noise = (width: number, height: number): Sharp =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  });

/** Red green above blue white, in quarters. */
function quarters(width: number, height: number): Sharp {
  const colours = { '00': [255, 0, 0], '10': [0, 255, 0], '01': [0, 0, 255], '11': [255, 255, 255] } as const;
  const raw = Buffer.from(
    Array.from({ length: width * height }, (_, index) => {
      const right = index % width >= width / 2 ? 1 : 0;
      const below = index >= (width * height) / 2 ? 1 : 0;
      return colours[`${right}${below}`];
    }).flat(),
  );
  return sharp(raw, { raw: { width, height, channels: 3 } });
}

async function cornersOf({ width, height }: { width: number; height: number }): Promise<string[]> {
  const pixels = await pixelsOf(target());
  return [
    [2, 2],
    [width - 3, 2],
    [2, height - 3],
    [width - 3, height - 3],
  ].map(([x, y]) => {
    const [red = 0, green = 0, blue = 0] = pixels[y! * width + x!] ?? [];
    return red > 127 ? (green > 127 ? 'white' : 'red') : green > 127 ? 'green' : blue > 127 ? 'blue' : 'none';
  });
}

describe('takeIn', () => {
  /** Where the corners come to lie (EXIF 2.32, 4.6.4, tag Orientation). */
  it.each([
    [1, ['red', 'green', 'blue', 'white']],
    [2, ['green', 'red', 'white', 'blue']],
    [3, ['white', 'blue', 'green', 'red']],
    [4, ['blue', 'white', 'red', 'green']],
    [5, ['red', 'blue', 'green', 'white']],
    [6, ['blue', 'red', 'white', 'green']],
    [7, ['white', 'green', 'blue', 'red']],
    [8, ['green', 'white', 'red', 'blue']],
  ])('turns EXIF orientation %i upright', async (orientation, expected) => {
    const picture = quarters(640, 320).withMetadata({ orientation });
    for (const data of [await picture.clone().jpeg().toBuffer(), await picture.clone().png().toBuffer()]) {
      const { width, height, thumbnail } = await take(data, 100);
      expect([width, height]).toEqual(orientation < 5 ? [640, 320] : [320, 640]);
      expect([thumbnail.width, thumbnail.height]).toEqual(orientation < 5 ? [100, 50] : [50, 100]);
      expect(await cornersOf(thumbnail)).toEqual(expected);
    }
  });

  it.each([
    [1, 100, 64],
    [24, 3001, 1000],
    [24, 130, 60],
    [8, 999, 333],
  ])('shrinks a bitmap of %i bits and %i x %i pixels', async (bits, width, height) => {
    const palette: [number, number, number][] = [
      [0, 0, 255],
      [255, 0, 0],
    ];
    const right = (x: number): number => (x >= width / 2 ? 1 : 0);
    const bmp =
      bits < 24
        ? writeBmp({ width, height, bits, palette, pixel: right })
        : writeBmp({ width, height, bits, pixel: (x) => (right(x) ? 0xff_00_00 : 0xff) });
    const { format, thumbnail } = await take(bmp, 120);
    expect(format).toBe('bmp');
    expect(Math.max(thumbnail.width, thumbnail.height)).toBe(Math.min(120, width));
    expect(await cornersOf(thumbnail)).toEqual(['blue', 'red', 'blue', 'red']);
  });

  it('averages every pixel of a bitmap, also those at the right and lower edge', async () => {
    // 10 columns and rows of a block of 4 stay over; only they are white.
    const edge = (x: number, y: number): number => (x >= 1000 || y >= 600 ? 0xff_ff_ff : 0);
    await take(writeBmp({ width: 1010, height: 610, bits: 24, pixel: edge }), 101);
    const pixels = await pixelsOf(target());
    expect(pixels.at(-1)?.[0]).toBeGreaterThan(200);
    expect(pixels[0]?.[0]).toBeLessThan(20);
  });

  it('never enlarges, and lays alpha on white', async () => {
    const clear = sharp({
      create: { width: 32, height: 24, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0 } },
    });
    const { thumbnail } = await take(await clear.png().toBuffer());
    expect(thumbnail).toMatchObject({ mediaType: 'image/jpeg', width: 32, height: 24 });
    expect((await pixelsOf(target()))[0]).toEqual([255, 255, 255]);
  });

  it('converts grey, 16 bits, CMYK and profiles to sRGB', async () => {
    const flat = sharp({ create: { width: 32, height: 24, channels: 3, background: '#c08040' } });
    const near = async (data: Buffer, tolerance: number, expected = [0xc0, 0x80, 0x40]): Promise<void> => {
      await take(data);
      const [pixel = []] = await pixelsOf(target());
      pixel.forEach((value, index) =>
        expect(Math.abs(value - expected[index]!)).toBeLessThanOrEqual(tolerance),
      );
    };
    await near(await flat.clone().toColourspace('rgb16').png().toBuffer(), 4);
    await near(await flat.clone().withIccProfile('p3').png().toBuffer(), 4);
    await near(await flat.clone().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(), 40);
    await near(writePng({ width: 32, height: 24, depth: 1, colour: 0 }), 3, [0, 0, 0]);
  });

  it.each(['baseline', 'progressive', 'turned'])(
    'finds the end of a cut %s JPEG, although it decodes it small',
    async (kind) => {
      const picture = noise(1531, 1117).withMetadata(kind === 'turned' ? { orientation: 6 } : {});
      const jpeg = await picture.jpeg({ progressive: kind === 'progressive' }).toBuffer();
      await take(jpeg);
      for (const kept of [jpeg.length * 0.1, jpeg.length * 0.5, jpeg.length * 0.99, jpeg.length - 100]) {
        await expect(take(jpeg.subarray(0, kept))).rejects.toMatchObject({ code: 'image_damaged' });
      }
    },
  );

  it('refuses a JPEG whose pixels end early, also where an end mark was put behind them', async () => {
    const jpeg = await noise(640, 480).jpeg().toBuffer();
    const closed = Buffer.concat([jpeg.subarray(0, jpeg.length / 2), Buffer.from('ffd9', 'hex')]);
    await expect(take(closed)).rejects.toMatchObject({ code: 'image_damaged' });
  });

  it('takes a JPEG with bytes that belong to nothing, of which libjpeg warns', async () => {
    const jpeg = await noise(640, 480).jpeg().toBuffer();
    const odd = Buffer.concat([jpeg.subarray(0, 2), Buffer.from('AB'), jpeg.subarray(2)]);
    await expect(sharp(odd, { failOn: 'warning' }).raw().toBuffer()).rejects.toThrow(/extraneous bytes/i);
    expect(await take(odd)).toMatchObject({ format: 'jpeg', width: 640 });
  });

  it.each([false, true])('finds damage anywhere in a PNG (interlaced: %s)', async (progressive) => {
    const png = await noise(640, 480).png({ progressive }).toBuffer();
    await take(png);
    for (const at of [60, png.length / 2, png.length - 18, png.length - 14]) {
      const broken = Buffer.from(png);
      broken[Math.floor(at)]! ^= 0x55;
      await expect(take(broken)).rejects.toMatchObject({ code: 'image_damaged' });
    }
  });

  it('reads a PNG with text and without, and writes none of it', async () => {
    const secret = 'SECRET-PLACE';
    const tail = Buffer.from(`PK<script>${secret}</script>`);
    for (const extra of [[], [textBomb(1_000_000)]]) {
      await take(writePng({ width: 64, height: 48, extra, tail }));
      expect((await readFile(target())).includes(secret)).toBe(false);
    }
  });
});
