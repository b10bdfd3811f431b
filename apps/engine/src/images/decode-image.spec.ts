import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from './decode-image.js';

describe('decodeImage', () => {
  let root: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'photo-repair-decode-'));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  async function decode(source: Sharp | Buffer): Promise<Awaited<ReturnType<typeof decodeImage>>> {
    const path = join(root, 'picture');
    await writeFile(path, Buffer.isBuffer(source) ? source : await source.toBuffer());
    return decodeImage(path);
  }

  /** 2 wide, 1 high: red, blue. */
  const redBlue = () =>
    sharp(Buffer.from([255, 0, 0, 0, 0, 255]), { raw: { width: 2, height: 1, channels: 3 } });

  it('gives RGB bytes', async () => {
    const { image } = await decode(redBlue().png());
    expect(image).toEqual({
      data: Buffer.from([255, 0, 0, 0, 0, 255]),
      width: 2,
      height: 1,
    });
  });

  it('turns a picture the right way up', async () => {
    const {
      image: { data, width, height },
    } = await decode(redBlue().withMetadata({ orientation: 6 }).png());
    expect([width, height, [...data]]).toEqual([1, 2, [255, 0, 0, 0, 0, 255]]);
  });

  it.each([
    [
      'grey',
      sharp({ create: { width: 1, height: 1, channels: 3, background: '#808080' } })
        .greyscale()
        .png(),
    ],
    [
      '16 bits',
      sharp({ create: { width: 1, height: 1, channels: 3, background: '#808080' } })
        .toColourspace('rgb16')
        .png(),
    ],
    [
      'a palette',
      sharp({ create: { width: 1, height: 1, channels: 3, background: '#808080' } }).png({ palette: true }),
    ],
  ])('reads %s', async (_what, source) => {
    const { image } = await decode(source);
    expect([...image.data]).toEqual([128, 128, 128]);
  });

  describe('a transparent picture', () => {
    const rgba = Buffer.from([200, 100, 50, 255, 10, 20, 30, 64]);
    const picture = () => sharp(rgba, { raw: { width: 2, height: 1, channels: 4 } });

    it.each([
      ['8 bits', () => picture().png()],
      ['16 bits', () => picture().toColourspace('rgb16').png()],
    ])('of %s keeps its colours unblended, and its transparency is the mask', async (_what, source) => {
      const { image, mask } = await decode(source());
      expect([...image.data]).toEqual([200, 100, 50, 10, 20, 30]);
      expect(mask).toEqual({ data: new Uint8Array([0, 191]), width: 2, height: 1 });
    });

    it('is turned together with its mask', async () => {
      const { mask } = await decode(picture().withMetadata({ orientation: 6 }).png());
      expect(mask).toEqual({ data: new Uint8Array([0, 191]), width: 1, height: 2 });
    });
  });

  it('gives a small black mask for a picture without transparency', async () => {
    const { mask } = await decode(redBlue().png());
    expect([mask.width, mask.height, mask.data.every((value) => value === 0)]).toEqual([64, 64, true]);
  });

  it.each([
    ['a text', Buffer.from('hello')],
    ['a truncated header', Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1')],
    ['an empty file', Buffer.alloc(0)],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="5" height="5"/>')],
  ])('does not recognise %s', async (_what, bytes) => {
    await expect(decode(bytes)).rejects.toMatchObject({
      exceptionType: 'PIL.UnidentifiedImageError',
      message: "cannot identify image file 'picture'",
    });
  });

  it('says that a cut-off picture is damaged', async () => {
    const noise = {
      width: 200,
      height: 200,
      channels: 3 as const,
      noise: { type: 'gaussian' as const, mean: 128, sigma: 50 },
    };
    const whole = await sharp({ create: { ...noise, background: 'black' } })
      .png()
      .toBuffer();
    await expect(decode(whole.subarray(0, whole.length / 2))).rejects.toMatchObject({
      exceptionType: 'OSError',
    });
  });

  it('refuses more than 100 megapixels', async () => {
    const png = await redBlue().png().toBuffer();
    png.writeUInt32BE(10_001, 16); // width and height of the IHDR chunk
    png.writeUInt32BE(10_000, 20);
    png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
    await expect(decode(png)).rejects.toMatchObject({
      exceptionType: 'PIL.Image.DecompressionBombError',
    });
  });

  it('names a file that has gone without its folder', async () => {
    const attempt = decodeImage(join(root, 'gone.png'));
    await expect(attempt).rejects.toMatchObject({
      message: "[Errno 2] No such file or directory: 'gone.png'",
    });
  });
});
