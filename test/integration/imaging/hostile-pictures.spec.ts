import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { crc32, deflateSync } from 'node:zlib';
import { PROBLEM_CODES } from '@app/contracts';
import { DEFAULT_IMAGE_LIMITS, ImageError, ImageProcess, type TakenIn } from '@app/imaging';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBmp } from '../../../libs/imaging/test/bmp-writer.js';
import { PictureFolder } from '../../../libs/imaging/test/picture-folder.js';
import { pngChunk, textBomb, writePng } from '../../../libs/imaging/test/png-writer.js';
import { MEBIBYTE, memoryOf } from './child-memory.js';
import { deepPng } from './large-pictures.js';

const CHILD_MEMORY = 1024 * MEBIBYTE;

let folder: PictureFolder;
let pictures: ImageProcess;
let jpeg: Buffer;
/** One child must survive all of it: none of these is bad enough to end it. */
let child: number;

beforeAll(async () => {
  folder = await PictureFolder.create();
  pictures = new ImageProcess({
    limits: DEFAULT_IMAGE_LIMITS,
    memoryBytes: CHILD_MEMORY,
    idleMs: 600_000,
  });
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  jpeg = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#888', noise } })
    .jpeg()
    .toBuffer();
  await take(jpeg);
  child = pictures.pid!;
});
afterAll(async () => {
  await pictures.close();
  await folder.remove();
});

const target = (): string => `${folder.path}/thumbnail.jpg`;

async function take(data: Buffer | string): Promise<TakenIn> {
  return await pictures.takeIn(await folder.put('upload', data), target());
}

/** Refused with a stable code and words for people, with nothing left, and the child as it was. */
async function refusal(data: Buffer | string): Promise<ImageError> {
  const before = await folder.names();
  const error: unknown = await take(data).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ImageError);
  const { code, message } = error as ImageError;
  expect(PROBLEM_CODES).toContain(code);
  expect(message).not.toMatch(/\/|libvips|sharp/);
  expect((await folder.names()).filter((name) => name !== 'upload')).toEqual(
    before.filter((name) => name !== 'upload'),
  );
  expect(pictures.pid).toBe(child);
  return error as ImageError;
}

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99">';
const LAUGHS = Array.from(
  { length: 9 },
  (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`,
).join('');

/** Two IFDs of a TIFF, each of which says that the other one is next. */
function tiffLoop(): Buffer {
  const tiff = Buffer.alloc(64);
  tiff.write('II*\0', 0, 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt32LE(20, 10);
  tiff.writeUInt32LE(8, 22);
  return tiff;
}

/** A PNG whose IHDR says one thing while its pixels are those of another size. */
const lying = (width: number, height: number): Buffer =>
  writePng({ width, height, data: deflateSync(Buffer.alloc(100 * 301)) });

function withBrokenAdler(): Buffer {
  const data = deflateSync(Buffer.alloc(64 * 193));
  data.writeUInt32BE(0xde_ad_be_ef, data.length - 4);
  return writePng({ width: 64, height: 64, data });
}

function withBrokenChecksum(): Buffer {
  const png = writePng({ width: 64, height: 64 });
  png.writeUInt32BE(crc32('no'), png.length - 16);
  return png;
}

function claimingJpeg(width: number, height: number): Buffer {
  const data = Buffer.from(jpeg);
  const frame = data.indexOf(Buffer.from('ffc0', 'hex'));
  data.writeUInt16BE(height, frame + 5);
  data.writeUInt16BE(width, frame + 7);
  return data;
}

const itxtBomb = (bytes: number): Buffer =>
  pngChunk(
    'iTXt',
    Buffer.concat([Buffer.from('XML\0\u0001\0\0\0', 'latin1'), deflateSync(Buffer.alloc(bytes, 65))]),
  );

describe('hostile pictures', () => {
  it.each<[string, () => Buffer | string, string]>([
    ['an empty file', () => '', 'image_damaged'],
    [
      'a 1-bit PNG of 30,000 pixels square',
      () => writePng({ width: 30_000, height: 30_000, depth: 1, colour: 0 }),
      'image_too_many_pixels',
    ],
    [
      'a 1-bit PNG of 16,000 pixels square',
      () => writePng({ width: 16_000, height: 16_000, depth: 1, colour: 0 }),
      'image_too_many_pixels',
    ],
    ['a PNG that claims 60,000 pixels square', () => lying(60_000, 60_000), 'image_too_many_pixels'],
    ['a PNG that claims more rows than it has', () => lying(100, 4000), 'image_damaged'],
    [
      'a PNG with the greatest size there is',
      () => lying(0xff_ff_ff_ff, 0xff_ff_ff_ff),
      'image_too_many_pixels',
    ],
    ['a PNG with a wrong checksum', withBrokenChecksum, 'image_damaged'],
    ['a PNG with a wrong sum in its deflate data', withBrokenAdler, 'image_damaged'],
    [
      'a PNG chunk that reaches past the file',
      () => Buffer.from(writePng({ width: 64, height: 64 }).fill(0xff, 33, 37)),
      'image_damaged',
    ],
    ['a JPEG that claims 65,500 pixels square', () => claimingJpeg(65_500, 65_500), 'image_too_many_pixels'],
    // More than libjpeg knows (JPEG_MAX_DIMENSION).
    ['a JPEG that claims 65,535 pixels square', () => claimingJpeg(65_535, 65_535), 'image_damaged'],
    ['a JPEG that claims more than it has', () => claimingJpeg(7000, 7000), 'image_damaged'],
    ['a JPEG cut in the middle', () => jpeg.subarray(0, jpeg.length / 2), 'image_damaged'],
    ['one pixel', () => writePng({ width: 1, height: 1 }), 'image_too_small'],
    ['a line of 20,000 pixels', () => writePng({ width: 20_000, height: 1 }), 'bad_aspect'],
    [
      'a bitmap that claims more than it has',
      () => writeBmp({ width: 99, height: 99, bits: 24, claim: { height: 4000 } }),
      'image_damaged',
    ],
    [
      'a bitmap of the most negative height',
      () => writeBmp({ width: 99, height: 99, bits: 24, claim: { height: -(2 ** 31) } }),
      'image_too_many_pixels',
    ],
    [
      'a bitmap whose palette is missing',
      () => writeBmp({ width: 99, height: 99, bits: 8, claim: { colours: 9999 } }),
      'image_damaged',
    ],
    [
      'a bitmap whose pixels lie outside',
      () => writeBmp({ width: 99, height: 99, bits: 24, claim: { pixelOffset: 0x7f_ff_ff_ff } }),
      'image_damaged',
    ],
  ])('refuses %s', async (_name, make, code) => {
    expect((await refusal(make())).code).toBe(code);
  });

  it.each<[string, string, () => Buffer | string]>([
    ['svg', 'plain', () => `${SVG}<rect width="9" height="9"/></svg>`],
    ['svg', 'script', () => `${SVG}<script>alert(1)</script></svg>`],
    ['svg', 'local file', () => `<?xml version="1.0"?>${SVG}<image href="file:///etc/passwd"/></svg>`],
    [
      'svg',
      'billion laughs',
      () => `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY l0 "ha">${LAUGHS}]>${SVG}<text>&l9;</text></svg>`,
    ],
    ['tif', 'IFD loop', tiffLoop],
    ['webp', 'WebP', () => Buffer.from('524946462600000057454250565038201a000000300100', 'hex')],
    [
      'gif',
      'GIF',
      () => Buffer.from('47494638396101000100800000000000ffffff2c00000000010001000002024401003b', 'hex'),
    ],
    ['heic', 'HEIC', () => Buffer.from('00000018667479706865696300000000686569636d696631', 'hex')],
    ['pdf', 'PDF', () => '%PDF-1.7\n%%EOF'],
    ['html', 'HTML', () => '<!DOCTYPE html><script>alert(1)</script>'],
  ])('names what it does not take: %s (%s)', async (detected, _name, make) => {
    const error = await refusal(make());
    expect(error).toMatchObject({ code: 'unsupported_format', details: { detected } });
    expect(error.message).toMatch(/this looks like an? .+\.$/);
  });

  it('takes a JPEG with an archive and a page behind its end; the thumbnail ends where it should', async () => {
    const tail = Buffer.concat([Buffer.from('504b0304', 'hex'), Buffer.from('<script>alert(1)</script>')]);
    await take(Buffer.concat([jpeg, tail]));
    const written = await readFile(target());
    expect(written.includes('alert')).toBe(false);
    expect(written.subarray(-2).toString('hex')).toBe('ffd9');
  });

  it('shows no place and no name in a thumbnail, and turns it upright', async () => {
    const exif = {
      IFD0: { ImageDescription: 'SECRET-NAME' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 0/1' },
    };
    const photo = await sharp(jpeg).withMetadata({ orientation: 6, exif }).toBuffer();
    expect(photo.includes('SECRET-NAME')).toBe(true);
    expect(await take(photo)).toMatchObject({
      width: 480,
      height: 640,
      thumbnail: { width: 360, height: 480 },
    });
    expect((await sharp(target()).metadata()).exif).toBeUndefined();
    expect((await readFile(target())).includes('SECRET-NAME')).toBe(false);
  });

  it.each([
    ['nonsense', Buffer.from('Exif\0\0nothing of the kind', 'latin1')],
    ['nothing', Buffer.from('Exif\0\0', 'latin1')],
    ['entries past its end', Buffer.from('457869660000492a0008000000ffff12010300010000', 'hex')],
    [
      'an orientation of 99',
      Buffer.from('457869660000492a0008000000010012010300010000006300000000000000', 'hex'),
    ],
    [
      'an empty GPS part',
      Buffer.from('457869660000492a00080000000100258804000100000000000000000000000000', 'hex'),
    ],
  ])('ignores an EXIF block with %s', async (_name, block) => {
    const marker = Buffer.from('ffe10000', 'hex');
    marker.writeUInt16BE(block.length + 2, 2);
    const photo = Buffer.concat([jpeg.subarray(0, 2), marker, block, jpeg.subarray(2)]);
    expect(await take(photo)).toMatchObject({ width: 640, height: 480 });
  });

  it.each([1, 4, 8, 16, 24, 32])('takes a bitmap of %i bits', async (bits) => {
    const palette: [number, number, number][] = bits <= 8 ? [[9, 99, 199]] : [];
    const { format, thumbnail } = await take(writeBmp({ width: 900, height: 600, bits, palette }));
    expect([format, thumbnail.width, thumbnail.height]).toEqual(['bmp', 480, 320]);
  });

  it('inflates no text: 100 MB of it cost no memory', async () => {
    const before = await memoryOf(child);
    for (const bomb of [textBomb(100_000_000), itxtBomb(100_000_000)]) {
      const { thumbnail } = await take(writePng({ width: 64, height: 64, extra: [bomb] }));
      expect(thumbnail.width).toBe(64);
    }
    expect((await memoryOf(child)).peak - before.peak).toBeLessThan(64 * MEBIBYTE);
    expect(pictures.pid).toBe(child);
  });

  it('takes twenty pictures of 392 MB at once, in bounded memory, and costs its parent none', async () => {
    const plain = await folder.put('deep', await deepPng(7000, false));
    const interlaced = await folder.put('interlaced', await deepPng(7000, true));
    const before = await memoryOf(process.pid);
    const taken = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        pictures.takeIn(index % 5 === 0 ? interlaced : plain, `${target()}.${index}`),
      ),
    );
    const after = await memoryOf(process.pid);
    expect(taken.map(({ width, height }) => [width, height])).toEqual(Array(20).fill([7000, 7000]));
    expect(existsSync(`${target()}.19`)).toBe(true);
    expect(after.now - before.now).toBeLessThan(64 * MEBIBYTE);
    // The same child to the end: it was never killed for its memory.
    expect(pictures.pid).toBe(child);
    expect((await memoryOf(child)).peak).toBeLessThan(CHILD_MEMORY);
  });
});
