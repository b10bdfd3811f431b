import { readFile } from 'node:fs/promises';
import { deflateSync } from 'node:zlib';
import sharp, { type Color, type Sharp } from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeBmp } from '../test/bmp-writer.js';
import { PictureFolder, pixelsOf } from '../test/picture-folder.js';
import { textBomb, writePng } from '../test/png-writer.js';
import { DEFAULT_IMAGE_LIMITS } from './image-limits.js';
import { makeCanonical, type CanonicalEncoding } from './make-canonical.js';

let folder: PictureFolder;
beforeEach(async () => {
  folder = await PictureFolder.create();
});
afterEach(async () => folder.remove());

let encoding: CanonicalEncoding;

/** A canonical picture must always look like this, whatever came in. */
async function canonical(source: Buffer): Promise<{ width: number; height: number; path: string }> {
  const { data, ...size } = await makeCanonical(source, DEFAULT_IMAGE_LIMITS, encoding);
  const path = await folder.put('canonical.png', data);
  const found = await sharp(path).metadata();
  expect(found).toMatchObject({ format: 'png', channels: 3, depth: 'uchar', space: 'srgb', ...size });
  expect([found.exif, found.icc, found.xmp, found.comments, found.orientation]).toEqual(
    Array(5).fill(undefined),
  );
  return { ...size, path };
}

const refused = async (data: Buffer, limits = DEFAULT_IMAGE_LIMITS): Promise<unknown> =>
  await makeCanonical(data, limits, encoding).catch((error: unknown) => error);

const flat = (background: Color, channels: 3 | 4 = 3): Sharp =>
  sharp({ create: { width: 32, height: 24, channels, background } });
const noise = (): Sharp =>
  sharp({
    create: {
      width: 640,
      height: 480,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  });

/** The nearest of the corner colours below, in reading order. */
async function corners(path: string, width: number, height: number): Promise<string[]> {
  const pixels = await pixelsOf(path);
  const at = (x: number, y: number): string => {
    const [red = 0, green = 0, blue = 0] = pixels[y * width + x] ?? [];
    return red > 127 ? (green > 127 ? 'white' : 'red') : green > 127 ? 'green' : blue > 127 ? 'blue' : 'none';
  };
  return [at(1, 1), at(width - 2, 1), at(1, height - 2), at(width - 2, height - 2)];
}

describe.each(['small', 'fast'] as const)('makeCanonical, %s', (chosen) => {
  beforeEach(() => {
    encoding = chosen;
  });

  /** Where the corners of red green / blue white come to lie (EXIF 2.32, 4.6.4, tag Orientation). */
  const TURNED: [number, string[]][] = [
    [1, ['red', 'green', 'blue', 'white']],
    [2, ['green', 'red', 'white', 'blue']],
    [3, ['white', 'blue', 'green', 'red']],
    [4, ['blue', 'white', 'red', 'green']],
    [5, ['red', 'blue', 'green', 'white']],
    [6, ['blue', 'red', 'white', 'green']],
    [7, ['white', 'green', 'blue', 'red']],
    [8, ['green', 'white', 'red', 'blue']],
  ];
  it.each(TURNED)('turns EXIF orientation %i upright', async (orientation, expected) => {
    const colours = {
      red: [255, 0, 0],
      green: [0, 255, 0],
      blue: [0, 0, 255],
      white: [255, 255, 255],
    } as const;
    const quarter = (name: keyof typeof colours): readonly number[] => colours[name];
    const raw = Buffer.from(
      Array.from({ length: 64 * 32 }, (_, index) => {
        const right = index % 64 >= 32;
        return Math.floor(index / 64) < 16
          ? quarter(right ? 'green' : 'red')
          : quarter(right ? 'white' : 'blue');
      }).flat(),
    );
    const picture = sharp(raw, { raw: { width: 64, height: 32, channels: 3 } }).withMetadata({ orientation });
    for (const data of [await picture.clone().jpeg().toBuffer(), await picture.clone().png().toBuffer()]) {
      const { width, height, path } = await canonical(data);
      expect([width, height]).toEqual(orientation < 5 ? [64, 32] : [32, 64]);
      expect(await corners(path, width, height)).toEqual(expected);
    }
  });

  it.each<[string, () => Sharp | Buffer, number[]]>([
    ['grey', () => flat('#808080').toColourspace('b-w').png(), [128, 128, 128]],
    ['16 bits', () => flat('#336699').toColourspace('rgb16').png(), [0x33, 0x66, 0x99]],
    ['palette', () => flat('#336699').png({ palette: true }), [0x33, 0x66, 0x99]],
    ['1 bit', () => writePng({ width: 32, height: 24, depth: 1, colour: 0 }), [0, 0, 0]],
    ['half alpha', () => flat({ r: 0, g: 0, b: 0, alpha: 0.5 }, 4).png(), [127, 127, 127]],
    ['full alpha', () => flat({ r: 9, g: 9, b: 9, alpha: 0 }, 4).png(), [255, 255, 255]],
    ['CMYK', () => flat('#c08040').toColourspace('cmyk').jpeg({ quality: 100 }), [0xc0, 0x80, 0x40]],
    ['BMP', () => writeBmp({ width: 32, height: 24, bits: 24, pixel: () => 0x33_66_99 }), [0x33, 0x66, 0x99]],
  ])('makes %s an 8-bit sRGB picture of the same colour', async (name, make, expected) => {
    const made = make();
    const { path, width, height } = await canonical(Buffer.isBuffer(made) ? made : await made.toBuffer());
    expect([width, height]).toEqual([32, 24]);
    const [pixel = []] = await pixelsOf(path);
    // CMYK without a profile goes through a generic one and comes back a little off.
    const tolerance = name === 'CMYK' ? 40 : 3;
    pixel.forEach((value, index) =>
      expect(Math.abs(value - expected[index]!)).toBeLessThanOrEqual(tolerance),
    );
  });

  it('converts the colours of a wide-gamut profile', async () => {
    const data = await flat('#c08040').withIccProfile('p3').png().toBuffer();
    const [stored] = await sharp(data, { ignoreIcc: true }).raw().toBuffer();
    expect(stored).toBeLessThan(0xc0 - 4);
    const { path } = await canonical(data);
    const [pixel = []] = await pixelsOf(path);
    pixel.forEach((value, index) =>
      expect(Math.abs(value - [0xc0, 0x80, 0x40][index]!)).toBeLessThanOrEqual(3),
    );
  });

  it('carries nothing over but pixels: no GPS, no comment, no tail', async () => {
    const secret = 'SECRET-PLACE';
    const gps = {
      IFD0: { ImageDescription: secret },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 0/1' },
    };
    const jpeg = await flat('#777').withExif(gps).jpeg().toBuffer();
    expect(jpeg.includes(secret)).toBe(true);
    const tail = Buffer.concat([Buffer.from('504b0304', 'hex'), Buffer.from(`<script>${secret}</script>`)]);
    const text = textBomb(100);
    const sources = [
      Buffer.concat([jpeg, tail]),
      writePng({ width: 32, height: 24, tail, extra: [text] }),
      Buffer.concat([writeBmp({ width: 32, height: 24, bits: 24 }), tail]),
    ];
    for (const source of sources) {
      const { path } = await canonical(source);
      const written = await sharp(path).metadata();
      expect([written.exif, written.comments]).toEqual([undefined, undefined]);
      const bytes = await readFile(path);
      expect(bytes.includes(secret)).toBe(false);
      expect(bytes.subarray(-8, -4).toString('latin1')).toBe('IEND');
    }
  });

  it.each([10, 50, 90, 99])('calls a JPEG that is cut at %i percent damaged', async (percent) => {
    const jpeg = await noise().jpeg().toBuffer();
    const error = await refused(jpeg.subarray(0, (jpeg.length * percent) / 100));
    expect(error).toMatchObject({ name: 'ImageError', code: 'image_damaged' });
  });

  it.each([
    ['a wrong checksum', (png: Buffer) => png.fill(0, png.length - 16, png.length - 12)],
    ['broken deflate data', (png: Buffer) => png.fill(0xff, 60, 90)],
  ])('calls a PNG with %s damaged', async (_name, breakIt) => {
    const error = await refused(breakIt(Buffer.from(await noise().png().toBuffer())));
    expect(error).toMatchObject({ code: 'image_damaged' });
  });

  it('calls a PNG with too few pixels damaged', async () => {
    const data = deflateSync(Buffer.alloc(500));
    expect(await refused(writePng({ width: 640, height: 480, data }))).toMatchObject({
      code: 'image_damaged',
    });
  });

  it('refuses a giant before it takes memory', async () => {
    const png = writePng({ width: 60_000, height: 60_000, data: Buffer.alloc(10) });
    expect(await refused(png)).toMatchObject({ code: 'image_too_many_pixels' });
  });

  it('calls a bitmap whose run-length data breaks off damaged', async () => {
    const palette: [number, number, number][] = [[0, 0, 0]];
    const bmp = writeBmp({
      width: 99,
      height: 99,
      bits: 8,
      compression: 1,
      palette,
      data: Buffer.alloc(100),
    });
    expect(await refused(bmp)).toMatchObject({ code: 'image_damaged' });
  });

  it('gives up on a bitmap that takes too long', async () => {
    const impatient = { ...DEFAULT_IMAGE_LIMITS, decodeTimeoutMs: 0 };
    const bmp = writeBmp({ width: 4000, height: 3000, bits: 1, palette: [[0, 0, 0]] });
    expect(await refused(bmp, impatient)).toMatchObject({ code: 'image_damaged', details: { limit: 0 } });
  });
});

describe('makeCanonical', () => {
  it('makes the same pixels, fast or small, of a JPEG, a PNG and a bitmap', async () => {
    const pixel = (x: number, y: number): number => (x * 0x03_05_07 + y * 0x0b_0d_11) & 0xff_ff_ff;
    const sources = [
      await noise().jpeg().toBuffer(),
      await noise().png().toBuffer(),
      writeBmp({ width: 301, height: 199, bits: 24, pixel }),
    ];
    for (const source of sources) {
      const small = await makeCanonical(source, DEFAULT_IMAGE_LIMITS, 'small');
      const fast = await makeCanonical(source, DEFAULT_IMAGE_LIMITS, 'fast');
      const [one, other] = await Promise.all([small, fast].map(({ data }) => sharp(data).raw().toBuffer()));
      expect(one!.equals(other!)).toBe(true);
      expect(fast.data.length).toBeGreaterThan(fast.width * fast.height * 3);
      expect(small.data.length).toBeLessThan(fast.data.length);
    }
  });

  it('compresses a giant whatever is asked, which an engine would not take otherwise', async () => {
    const giant = writePng({ width: 6000, height: 4001, depth: 8, colour: 0 });
    const { data } = await makeCanonical(giant, DEFAULT_IMAGE_LIMITS, 'fast');
    expect(data.length).toBeLessThan(2_000_000);
  });

  it('gives each of many their own', async () => {
    const source = await noise().jpeg().toBuffer();
    const all = await Promise.all(
      Array.from({ length: 6 }, () => makeCanonical(source, DEFAULT_IMAGE_LIMITS)),
    );
    expect(new Set(all.map(({ data }) => data.toString('base64'))).size).toBe(1);
  });
});
