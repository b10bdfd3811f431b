import { describe, expect, it } from 'vitest';
import { writeBmp, type BmpPicture } from '../test/bmp-writer.js';
import { parseBmpHeader } from './bmp-header.js';
import { bmpRowReader } from './bmp-pixels.js';
import { checkSize, DEFAULT_IMAGE_LIMITS } from './image-limits.js';
import { ImageError } from './image.errors.js';

const limits = { ...DEFAULT_IMAGE_LIMITS, minSide: 1, maxPixels: 100_000 };
const palette: [number, number, number][] = [
  [0, 0, 0],
  [255, 255, 255],
];

/** Reads every row, and returns the picture's bytes. */
function decode(bmp: Buffer): Uint8Array {
  const header = parseBmpHeader(bmp, bmp.length, (size) => checkSize(size.width, size.height, limits));
  const readRow = bmpRowReader(bmp, header);
  const rgb = new Uint8Array(header.width * header.height * 3);
  for (let row = 0; row < header.height; row += 1) readRow(row, rgb, row * header.width * 3);
  return rgb;
}

function codeOf(bmp: Buffer): string {
  try {
    decode(bmp);
    return 'accepted';
  } catch (error) {
    if (error instanceof ImageError) return error.code;
    throw error;
  }
}

const rle = (...data: number[]): BmpPicture => ({
  width: 4,
  height: 2,
  bits: 8,
  compression: 1,
  palette,
  data: Buffer.from(data),
});
const KNOWN_CODES = [
  'accepted',
  'bad_aspect',
  'image_damaged',
  'image_too_many_pixels',
  'unsupported_format',
];

const plain: BmpPicture = { width: 20, height: 20, bits: 24 };

const LIES: [string, BmpPicture, string][] = [
  ['pixels that end early', { ...plain, data: Buffer.alloc(60 * 20 - 1) }, 'image_damaged'],
  ['a height that the file does not have', { ...plain, claim: { height: 21 } }, 'image_damaged'],
  ['more pixels than the limit', { ...plain, claim: { width: 1000, height: 101 } }, 'image_too_many_pixels'],
  ['the most negative height', { ...plain, claim: { height: -(2 ** 31) } }, 'image_too_many_pixels'],
  [
    'the largest size',
    { ...plain, claim: { width: 2 ** 31 - 1, height: 2 ** 31 - 1 } },
    'image_too_many_pixels',
  ],
  ['a negative width', { ...plain, claim: { width: -20 } }, 'image_damaged'],
  ['no width', { ...plain, claim: { width: 0 } }, 'image_damaged'],
  ['no height', { ...plain, claim: { height: 0 } }, 'image_damaged'],
  ['pixels inside the header', { ...plain, claim: { pixelOffset: 20 } }, 'image_damaged'],
  ['pixels behind the file', { ...plain, claim: { pixelOffset: 2 ** 32 - 1 } }, 'image_damaged'],
  ['3 bits a pixel', { ...plain, claim: { bits: 3 } }, 'image_damaged'],
  ['a JPEG inside', { ...plain, compression: 4, claim: { bits: 0 } }, 'unsupported_format'],
  ['masks for 24 bits', { ...plain, compression: 3, masks: [0xff, 0xff00, 0xff0000] }, 'unsupported_format'],
  ['an unknown coding', { ...plain, compression: 99 }, 'image_damaged'],
  [
    'more colours than there is room for',
    { width: 4, height: 4, bits: 8, palette, claim: { colours: 256 } },
    'image_damaged',
  ],
  ['no palette', { width: 4, height: 4, bits: 8, palette: [] }, 'image_damaged'],
  ['a colour behind the palette', { width: 4, height: 4, bits: 8, palette, pixel: () => 2 }, 'image_damaged'],
  [
    'overlapping masks',
    { ...plain, bits: 32, compression: 3, masks: [0xff, 0x1fe, 0xff0000] },
    'image_damaged',
  ],
  [
    'masks with holes',
    { ...plain, bits: 32, compression: 3, masks: [0xf5, 0xff00, 0xff0000] },
    'image_damaged',
  ],
  ['a top-down run-length coding', { ...rle(4, 1, 0, 0, 4, 1), topDown: true }, 'image_damaged'],
  ['a run over the right edge', rle(5, 1, 0, 1), 'image_damaged'],
  ['a literal over the right edge', rle(2, 1, 0, 3, 1, 1, 1, 0, 0, 1), 'image_damaged'],
  ['a literal that the file does not have', rle(0, 4, 1, 1), 'image_damaged'],
  ['a row above the top', rle(4, 1, 0, 0, 4, 1, 0, 0, 4, 1), 'image_damaged'],
  ['a jump over the right edge', rle(0, 2, 5, 0, 0, 1), 'image_damaged'],
  ['a jump over the top', rle(0, 2, 0, 3, 0, 1), 'image_damaged'],
  ['a jump that is cut off', rle(0, 2, 1), 'image_damaged'],
  ['runs that stop in the first row', rle(4, 1), 'image_damaged'],
  ['runs that stop inside the last row', rle(4, 1, 0, 0, 3, 1), 'image_damaged'],
  ['a run in a colour behind the palette', rle(4, 2, 0, 1), 'image_damaged'],
];

describe('bitmaps that lie', () => {
  it.each(LIES)('refuses %s', (_name, picture, code) => {
    expect(codeOf(writeBmp(picture))).toBe(code);
  });

  it('refuses every truncation of a sound bitmap', () => {
    const sound = writeBmp({ width: 5, height: 3, bits: 4, palette, pixel: (x) => x & 1 });
    expect(codeOf(sound)).toBe('accepted');
    const codes = Array.from({ length: sound.length }, (_, length) => codeOf(sound.subarray(0, length)));
    expect(new Set(codes)).toEqual(new Set(['image_damaged']));
  });
});

describe('bitmaps with random damage', () => {
  /** A small seeded generator (mulberry32), so that a failure can be repeated. */
  function randomSource(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
    };
  }

  const seed = Date.now() % 1_000_000_007;
  const pictures: BmpPicture[] = [
    plain,
    { width: 9, height: 9, bits: 1, palette, pixel: (x, y) => (x ^ y) & 1 },
    { width: 9, height: 9, bits: 16, headerSize: 124, compression: 3, masks: [0xf00, 0xf0, 0xf, 0xf000] },
    { width: 9, height: 9, bits: 8, headerSize: 12, palette },
    rle(2, 1, 0, 2, 1, 1, 0, 0, 0, 4, 1, 1, 0, 1, 0, 1),
    {
      width: 6,
      height: 2,
      bits: 4,
      compression: 2,
      palette,
      data: Buffer.from([5, 0x10, 0, 0, 0, 6, 16, 1, 16, 0, 0, 1]),
    },
  ];

  it.each(pictures.map((picture, index) => [index, picture] as const))(
    `are read or refused, never anything else (picture %i, seed ${seed})`,
    (index, picture) => {
      const random = randomSource(seed + index);
      const sound = writeBmp(picture);
      const codes = new Set<string>();
      for (let round = 0; round < 3000; round += 1) {
        const broken = Buffer.from(sound);
        for (let hits = 1 + random(4); hits > 0; hits -= 1) {
          const value = [0, 1, 2, 127, 128, 255, random(256)][random(7)]!;
          // Headers decide the most, so half of the hits go there.
          broken[10 + random(random(2) ? 60 : sound.length - 10)] = value;
        }
        codes.add(codeOf(random(8) ? broken : broken.subarray(0, random(broken.length))));
      }
      expect(codes).toContain('accepted');
      expect(codes).toContain('image_damaged');
      expect([...codes].filter((code) => !KNOWN_CODES.includes(code))).toEqual([]);
    },
  );
});
