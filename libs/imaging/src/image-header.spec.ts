import { createHash } from 'node:crypto';
import { PROBLEM_CODES } from '@app/contracts';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBmp } from '../test/bmp-writer.js';
import { PictureFolder } from '../test/picture-folder.js';
import { textBomb, writePng } from '../test/png-writer.js';
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './image-limits.js';
import { ImageError } from './image.errors.js';
import { readImageHeader } from './image-header.js';

let folder: PictureFolder;
beforeAll(async () => {
  folder = await PictureFolder.create();
});
afterAll(async () => folder.remove());

async function refusal(
  data: Buffer | string,
  limits: Partial<ImageLimits> = {},
  name = 'photo.jpg',
): Promise<ImageError> {
  const path = await folder.put(name, data);
  const error = await readImageHeader(path, { ...DEFAULT_IMAGE_LIMITS, ...limits }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ImageError);
  const refused = error as ImageError;
  expect(PROBLEM_CODES).toContain(refused.code);
  expect(refused.message).not.toContain(folder.path);
  return refused;
}

const grey = (width: number, height: number): Sharp =>
  sharp({ create: { width, height, channels: 3, background: '#777' } });

describe('readImageHeader', () => {
  it('tells format and size by content, whatever the name says', async () => {
    const files = {
      'a.png': await grey(60, 40).jpeg().toBuffer(),
      'b.bmp': await grey(60, 40).png().toBuffer(),
      'c.jpg': writeBmp({ width: 60, height: 40, bits: 24 }),
    };
    const seen = [];
    for (const [name, data] of Object.entries(files)) {
      seen.push(await readImageHeader(await folder.put(name, data), DEFAULT_IMAGE_LIMITS));
    }
    const size = { width: 60, height: 40, orientation: 1, bytesAtOnce: 0, isCmyk: false };
    expect(seen).toEqual([
      { format: 'jpeg', ...size },
      { format: 'png', ...size },
      { format: 'bmp', ...size },
    ]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('gives the upright size for EXIF orientation %i', async (orientation) => {
    const upright = orientation < 5 ? { width: 60, height: 40 } : { width: 40, height: 60 };
    for (const format of ['jpeg', 'png'] as const) {
      const data = await grey(60, 40).withMetadata({ orientation }).toFormat(format).toBuffer();
      expect(await readImageHeader(await folder.put('turned', data), DEFAULT_IMAGE_LIMITS)).toMatchObject({
        ...upright,
        orientation,
      });
    }
  });

  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><image href="file:///etc/passwd"/></svg>';
  it.each([
    ['svg', svg],
    ['svg', `<?xml version="1.0"?><!-- BM -->${svg}`],
    ['html', '<!DOCTYPE html><html><script>alert(1)</script></html>'],
    ['text', 'BMW is a maker of cars, and this is no bitmap.'],
    ['text', '奶奶1953年'],
    ['gif', Buffer.from('47494638396101000100800000000000ffffff2c00000000010001000002024401003b', 'hex')],
    ['tif', Buffer.concat([Buffer.from('49492a0008000000', 'hex'), Buffer.alloc(64)])],
    ['zip', Buffer.concat([Buffer.from('504b0506', 'hex'), Buffer.alloc(18)])],
    ['pdf', '%PDF-1.7\n'],
    ['unknown', createHash('sha256').update('noise').digest()],
  ])('refuses %s and says so', async (detected, data) => {
    const error = await refusal(data);
    expect(error).toMatchObject({ code: 'unsupported_format', details: { detected } });
    expect(error.message).toMatch(/^We can read JPEG, PNG and BMP photos; this looks like .+\.$/);
  });

  it('refuses WebP, which sharp could read', async () => {
    const error = await refusal(Buffer.from('524946462600000057454250565038201a000000300100', 'hex'));
    expect(error).toMatchObject({ code: 'unsupported_format', details: { detected: 'webp' } });
  });

  it.each([
    ['an empty file', ''],
    ['two bytes of a JPEG', Buffer.from('ffd8', 'hex')],
    ['a JPEG that is all garbage', Buffer.concat([Buffer.from('ffd8ff', 'hex'), Buffer.alloc(300, 0x41)])],
    ['the start of a PNG', writePng({ width: 20, height: 20 }).subarray(0, 30)],
    ['a PNG without its end', writePng({ width: 20, height: 20 }).subarray(0, -12)],
    ['a PNG whose line ends were changed', Buffer.from('89504e470a1a0a0000000d', 'hex')],
    ['a PNG without width', writePng({ width: 0, height: 20, data: Buffer.alloc(9) })],
    ['a bitmap without its pixels', writeBmp({ width: 20, height: 20, bits: 24, data: Buffer.alloc(0) })],
  ])('calls %s damaged', async (_name, data) => {
    expect((await refusal(data)).code).toBe('image_damaged');
  });

  it('takes a file of exactly the limit and refuses one byte more', async () => {
    const data = await grey(60, 40).png().toBuffer();
    const path = await folder.put('exact', data);
    await expect(
      readImageHeader(path, { ...DEFAULT_IMAGE_LIMITS, maxBytes: data.length }),
    ).resolves.toBeDefined();
    const error = await refusal(data, { maxBytes: data.length - 1 });
    expect(error).toMatchObject({
      code: 'file_too_large',
      details: { limit: data.length - 1, found: data.length },
    });
  });

  it.each([
    ['30,000 px', 30_000, 30_000, 900],
    ['16,000 px (31 KB)', 16_000, 16_000, 256],
    ['a little too many', 10_000, 5001, 50],
  ])('refuses a 1-bit PNG of %s from its header', async (_name, width, height, megapixels) => {
    const pixels = megapixels > 300 ? Buffer.alloc(10) : undefined;
    const error = await refusal(
      writePng({ width, height, depth: 1, colour: 0, ...(pixels && { data: pixels }) }),
    );
    expect(error).toMatchObject({
      code: 'image_too_many_pixels',
      details: { limit: 50_000_000, found: width * height },
    });
    expect(error.message).toContain(`${megapixels}`);
  });

  it('refuses a JPEG whose header claims 65,500 x 65,500 pixels', async () => {
    const data = Buffer.from(await grey(60, 40).jpeg().toBuffer());
    const frame = data.indexOf(Buffer.from('ffc0', 'hex'));
    data.writeUInt16BE(65_500, frame + 5);
    data.writeUInt16BE(65_500, frame + 7);
    expect(await refusal(data)).toMatchObject({
      code: 'image_too_many_pixels',
      details: { found: 65_500 ** 2 },
    });
  });

  it('refuses pictures that are too small or too long', async () => {
    expect(await refusal(writePng({ width: 1, height: 1 }))).toMatchObject({
      code: 'image_too_small',
      details: { limit: 16, found: 1 },
    });
    expect(await refusal(writePng({ width: 20_000, height: 1 }))).toMatchObject({
      code: 'bad_aspect',
      details: { limit: 50, found: 20_000 },
    });
    expect(await refusal(writePng({ width: 20, height: 1001 }))).toMatchObject({
      code: 'bad_aspect',
      details: { limit: 50, found: 51 },
    });
    const longest = await folder.put('longest', writePng({ width: 20, height: 1000 }));
    expect(await readImageHeader(longest, DEFAULT_IMAGE_LIMITS)).toMatchObject({ width: 20, height: 1000 });
    expect(await refusal(writePng({ width: 70_000, height: 16 }))).toMatchObject({
      code: 'image_too_many_pixels',
      details: { limit: 65_535, found: 70_000 },
    });
  });

  it('inflates no text: 1,000 chunks of 7.9 MB each cost no memory', async () => {
    const bomb = textBomb(7_900_000);
    const path = await folder.put(
      'bomb',
      writePng({ width: 64, height: 64, extra: Array<Buffer>(1000).fill(bomb) }),
    );
    const before = process.resourceUsage().maxRSS;
    expect(await readImageHeader(path, DEFAULT_IMAGE_LIMITS)).toMatchObject({ format: 'png', width: 64 });
    expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(64);
  });

  it('leaves errors of the file system as they are', async () => {
    const path = `${folder.path}/nothing-here`;
    await expect(readImageHeader(path, DEFAULT_IMAGE_LIMITS)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
