import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { pngChunk, textBomb, writePng } from '../../test/png-writer.js';
import { barePng } from './bare-png.js';

const SECRET = 'class_type';
const text = (type: string): Buffer => pngChunk(type, Buffer.from(`prompt\0\0\0\0\0${SECRET}`, 'latin1'));

const SIZE = { width: 30, height: 20 };
/** Scanlines that each begin with filter 0. */
const scanlines = Buffer.from(
  Array.from({ length: 20 * 91 }, (_, at) => (at % 91 === 0 ? 0 : ((at * 7) % 64) * 4)),
);
const data = deflateSync(scanlines);
const pixels = async (png: Buffer): Promise<Buffer> => await sharp(png).raw().toBuffer();

/** The types of all chunks; fails where bytes are left over. */
function typesOf(png: Buffer): string[] {
  const types = [];
  let at = 8;
  while (at < png.length) {
    types.push(png.toString('latin1', at + 4, at + 8));
    at += 12 + png.readUInt32BE(at);
  }
  expect(at).toBe(png.length);
  return types;
}

describe('barePng', () => {
  it('keeps header, compressed pixels and end, and not one byte of anything else', async () => {
    const extra = [
      ...['tEXt', 'zTXt', 'iTXt', 'tIME', 'pHYs', 'prVt', 'gAMA', 'sRGB', 'bKGD', 'acTL', 'PLTE'].map(text),
      textBomb(1000),
    ];
    const png = writePng({ ...SIZE, data, extra, tail: Buffer.from(`PK${SECRET}`) });
    const bare = barePng(png)!;
    expect(typesOf(bare)).toEqual(['IHDR', 'IDAT', 'IEND']);
    expect(bare.includes(SECRET)).toBe(false);
    expect(bare.equals(writePng({ ...SIZE, data }))).toBe(true);
    expect((await pixels(bare)).equals(await pixels(png))).toBe(true);
  });

  it('drops text between and behind the pixels, too', async () => {
    const whole = writePng({ ...SIZE, data });
    const split = Buffer.concat([
      whole.subarray(0, 33),
      pngChunk('IDAT', data.subarray(0, 50)),
      pngChunk('IDAT', data.subarray(50)),
      text('tEXt'),
      pngChunk('IEND', Buffer.from(SECRET)),
    ]);
    const bare = barePng(split)!;
    expect(typesOf(bare)).toEqual(['IHDR', 'IDAT', 'IDAT', 'IEND']);
    expect(bare.includes(SECRET)).toBe(false);
    expect((await pixels(bare)).equals(await pixels(whole))).toBe(true);
  });

  it('leaves the given buffer alone, and holds none of it', () => {
    const png = writePng({ ...SIZE, data });
    const bare = barePng(png)!;
    const before = Buffer.from(bare);
    png.fill(0);
    expect(bare.equals(before)).toBe(true);
  });

  it.each([
    ['grey', { colour: 0 as const }],
    ['alpha', { colour: 6 as const }],
    ['16 bits', { depth: 16 }],
    ['interlaced', { interlaced: true }],
    ['a profile', { extra: [text('iCCP')] }],
    ['an orientation', { extra: [text('eXIf')] }],
    ['a transparent colour', { extra: [text('tRNS')] }],
    ['other code points', { extra: [text('cICP')] }],
    ['nothing compressed', { data: deflateSync(scanlines, { level: 0 }) }],
  ])('does not pass one with %s', (_what, picture) => {
    expect(barePng(writePng({ ...SIZE, data, ...picture }))).toBeUndefined();
  });

  it.each([
    ['the header', 29],
    ['the pixels', 33 + 8 + data.length],
  ])('refuses a wrong checksum of %s', (_what, at) => {
    const png = writePng({ ...SIZE, data });
    png[at]! ^= 1;
    expect(() => barePng(png)).toThrow(/checksum/);
  });

  it('refuses every cut', () => {
    const png = writePng({ ...SIZE, data });
    for (let length = 0; length < png.length; length += 1) {
      expect(() => barePng(png.subarray(0, length))).toThrow(/^The file is damaged/);
    }
  });
});
