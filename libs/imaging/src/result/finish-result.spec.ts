import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { writeBmp } from '../../test/bmp-writer.js';
import { pngChunk, writePng } from '../../test/png-writer.js';
import { finishResult } from './finish-result.js';
import type { ResultExpectation } from './result-expectation.js';

type Rgb = [number, number, number];
const [W, H] = [320, 240];

/** A picture drawn by a function of the place. */
function draw(colour: (x: number, y: number) => Rgb, width = W, height = H): Sharp {
  const data = Buffer.alloc(width * height * 3);
  for (let at = 0; at < width * height; at += 1) data.set(colour(at % width, Math.floor(at / width)), at * 3);
  return sharp(data, { raw: { width, height, channels: 3 } });
}
const grey = (level: number): Rgb => [level, level, level];
/** Something like a photo: light above, dark below, with edges. */
const scene = (x: number, y: number): number => 230 - Math.floor((y * 180) / H) - (x % 40 < 20 ? 30 : 0);
const coloured = (level: number): Rgb => [level, Math.round(level * 0.9), Math.round(level * 0.7)];
const png = async (picture: Sharp): Promise<Buffer> => await picture.png().toBuffer();

const photo = await png(draw((x, y) => grey(scene(x, y))));
const good = await png(draw((x, y) => coloured(scene(x, y))));
const COLOURING: ResultExpectation = { size: 'same', colours: true };
const PLAIN: ResultExpectation = { size: 'same', colours: false };
const raw = async (picture: Buffer): Promise<Buffer> => await sharp(picture).removeAlpha().raw().toBuffer();

describe('finishResult: what is stored', () => {
  it('keeps the pixels of a PNG and none of its text', async () => {
    const workflow = pngChunk('tEXt', Buffer.from('prompt\0{"3":{"class_type":"LoadImage"}}', 'latin1'));
    const withText = Buffer.concat([good.subarray(0, 33), workflow, good.subarray(33), Buffer.from('tail')]);
    const before = Buffer.from(withText);
    const { data, width, height } = await finishResult(withText, photo, COLOURING);
    expect([width, height]).toEqual([W, H]);
    expect(data.includes('class_type')).toBe(false);
    expect(data.subarray(-8, -4).toString('latin1')).toBe('IEND');
    expect((await raw(data)).equals(await raw(good))).toBe(true);
    expect(withText.equals(before)).toBe(true);
  });

  it.each<[string, (picture: Sharp) => Sharp, number]>([
    ['a JPEG', (picture) => picture.jpeg({ quality: 95 }), 12],
    ['16 bits', (picture) => picture.toColourspace('rgb16').png(), 0],
    ['alpha', (picture) => picture.ensureAlpha(1).png(), 0],
    ['an interlaced PNG', (picture) => picture.png({ progressive: true }), 0],
    ['an uncompressed PNG', (picture) => picture.png({ compressionLevel: 0 }), 0],
    ['a palette', (picture) => picture.png({ palette: true, quality: 100, dither: 0 }), 12],
  ])('makes an 8-bit RGB PNG of %s', async (_what, save, tolerance) => {
    const result = await save(draw((x, y) => coloured(scene(x, y)))).toBuffer();
    const { data } = await finishResult(result, photo, COLOURING);
    expect(await sharp(data).metadata()).toMatchObject({
      format: 'png',
      channels: 3,
      depth: 'uchar',
      isProgressive: false,
    });
    const [found, wanted] = [await raw(data), await raw(good)];
    const off = found.reduce((most, value, at) => Math.max(most, Math.abs(value - wanted[at]!)), 0);
    expect(off).toBeLessThanOrEqual(tolerance);
  });

  it('stretches what a model in multiples of 32 returned', async () => {
    const odd = await png(draw((x, y) => grey(scene(x, y)), 331, 251));
    const result = await png(draw((x, y) => coloured(scene(x, y)), 320, 224));
    const { data, width, height } = await finishResult(result, odd, COLOURING);
    expect([width, height]).toEqual([331, 251]);
    expect(await sharp(data).metadata()).toMatchObject({ width, height });
  });

  it('stands a turned picture upright', async () => {
    const turned = await sharp(good).rotate(-90).withMetadata({ orientation: 6 }).png().toBuffer();
    const { data, width, height } = await finishResult(turned, photo, COLOURING);
    expect([width, height]).toEqual([W, H]);
    expect((await raw(data)).equals(await raw(good))).toBe(true);
  });

  it('takes a larger one where it was to be scaled', async () => {
    const result = await png(sharp(good).resize(W * 2, H * 2));
    const { width, height } = await finishResult(result, photo, { size: { scale: 2 }, colours: true });
    expect([width, height]).toEqual([W * 2, H * 2]);
  });
});

describe('finishResult: what is refused', () => {
  const square = (x: number, y: number): Rgb => (x < 80 && y < 60 ? grey(0) : coloured(scene(x, y)));
  it.each<[string, () => Buffer | Promise<Buffer>, string]>([
    ['nothing', () => Buffer.alloc(0), 'damaged'],
    ['a page', () => Buffer.from('<html>502 Bad Gateway</html>'), 'not_a_picture'],
    ['a bitmap', () => writeBmp({ width: W, height: H, bits: 24 }), 'wrong_kind'],
    [
      'CMYK',
      () =>
        draw((x, y) => coloured(scene(x, y)))
          .toColourspace('cmyk')
          .jpeg()
          .toBuffer(),
      'wrong_kind',
    ],
    ['1 bit', () => writePng({ width: W, height: H, depth: 1, colour: 0 }), 'wrong_kind'],
    ['one pixel', () => writePng({ width: 1, height: 1 }), 'wrong_size'],
    ['a bomb', () => writePng({ width: 40_000, height: 40_000, data: Buffer.alloc(9) }), 'wrong_size'],
    ['another size', () => png(sharp(good).resize(300, 200)), 'wrong_size'],
    ['half a PNG', () => good.subarray(0, good.length / 2), 'damaged'],
    [
      'a PNG whose pixels break off',
      () => writePng({ width: W, height: H, data: deflateSync(Buffer.alloc(999)) }),
      'damaged',
    ],
    ['half a JPEG', async () => (await sharp(good).jpeg().toBuffer()).subarray(0, 2000), 'damaged'],
    ['black, as of NaN', () => writePng({ width: W, height: H }), 'one_colour'],
    ['white, as of infinity', () => png(draw(() => grey(255))), 'one_colour'],
    ['its mean colour', () => png(draw(() => grey(125))), 'one_colour'],
    ['black with a few specks', () => png(draw((x, y) => grey(x === 5 && y === 5 ? 255 : 0))), 'one_colour'],
    ['a black tile', () => png(draw(square)), 'blank_part'],
    ['the photo itself', () => photo, 'no_colour'],
    ['the photo as a grey PNG', () => sharp(photo).toColourspace('b-w').png().toBuffer(), 'no_colour'],
    ['the photo as a JPEG', () => sharp(photo).jpeg().toBuffer(), 'no_colour'],
    [
      'the photo rounded otherwise',
      () => png(draw((x, y) => [scene(x, y), scene(x, y) + 1, scene(x, y) - 1])),
      'no_colour',
    ],
  ])('%s', async (_what, make, fault) => {
    await expect(finishResult(await make(), photo, COLOURING)).rejects.toMatchObject({
      name: 'ResultError',
      fault,
      message: expect.stringMatching(/^The engine's picture .*\.$/) as string,
    });
  });

  it('the faintly tinted scan itself', async () => {
    const scan = await png(draw((x, y) => [scene(x, y), scene(x, y) - 2, scene(x, y) - 5]));
    await expect(finishResult(scan, scan, COLOURING)).rejects.toMatchObject({ fault: 'no_colour' });
  });

  it('says it in figures', async () => {
    await expect(finishResult(writePng({ width: W, height: H }), photo, COLOURING)).rejects.toThrow(
      /^The engine's picture is of one colour \(rgb 0 0 0\), while the photo is rgb \d+ \d+ \d+ with \d+\.\d % of something else\.$/,
    );
  });

  it('does not blame the result for a photo that cannot be read again', async () => {
    const broken = writePng({ width: W, height: H, data: Buffer.alloc(9) });
    await expect(finishResult(photo, broken, COLOURING)).rejects.toMatchObject({ name: 'Error' });
  });
});

describe('finishResult: what is no reason to refuse', () => {
  const dots = (x: number, y: number): Rgb => grey((x + y) % 2 ? 255 : 0);
  it.each<[string, Sharp, Sharp]>([
    ['a black photo', draw(() => grey(0)), draw(() => grey(0))],
    ['a white photo', draw(() => grey(255)), draw(() => grey(255))],
    ['a grey wall', draw(() => grey(120)), draw(() => grey(120))],
    ['a wall that gets a colour', draw(() => grey(120)), draw(() => [130, 120, 100])],
    ['an empty sky, hardly shaded', draw((_x, y) => grey(200 + Math.floor(y / 60))), draw(() => grey(201))],
    [
      'a page of text',
      draw((x, y) => grey(x % 9 === 0 && y % 3 ? 0 : 255)),
      draw((x, y) => grey(x % 9 === 0 && y % 3 ? 0 : 255)),
    ],
    ['printed dots', draw(dots), draw(dots)],
    ['a night without light', draw((x) => grey(x % 30)), draw((x) => grey(x % 30))],
    [
      'a night with dark corners',
      draw((x, y) => grey(x < 200 ? 3 : scene(x, y))),
      draw((x, y) => (x < 200 ? grey(0) : coloured(scene(x, y)))),
    ],
    [
      'one warm lamp',
      draw((x, y) => grey(scene(x, y))),
      draw((x, y) => (Math.hypot(x - 99, y - 99) < 4 ? [220, 180, 90] : grey(scene(x, y)))),
    ],
    [
      'a sepia print that is sepia still',
      draw((x, y) => coloured(scene(x, y))),
      draw((x, y) => coloured(scene(x, y))),
    ],
    ['a tiny photo', draw((x, y) => grey(x * 12 + y), 16, 16), draw((x, y) => coloured(x * 12 + y), 16, 16)],
  ])('%s', async (_what, before, after) => {
    await expect(finishResult(await png(after), await png(before), COLOURING)).resolves.toBeDefined();
  });

  it('grey or black parts, where no colours were promised', async () => {
    await expect(finishResult(photo, photo, PLAIN)).resolves.toBeDefined();
    const inverted = await png(draw((x, y) => grey(Math.max(0, 200 - scene(x, y)))));
    await expect(finishResult(inverted, photo, PLAIN)).resolves.toBeDefined();
  });

  it('another shape, where any size will do', async () => {
    const cut = await png(draw((x, y) => coloured(scene(x, y)), 100, 200));
    await expect(finishResult(cut, photo, { size: 'any', colours: true })).resolves.toMatchObject({
      width: 100,
    });
  });
});
