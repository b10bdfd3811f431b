import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/** As a scanned print: about 1 MB as a PNG of grey pixels with grain. */
const WIDTH = 1200;
const HEIGHT = 900;
const GRAIN = 3;

/** A photo of about 1 MB, and what an engine makes of it: as many pixels, with colours. */
export interface Pictures {
  photo: Buffer;
  photoFile: string;
  result: Buffer;
  resultFile: string;
  width: number;
  height: number;
}

/** Makes them below this folder. */
export async function makePictures(folder: string): Promise<Pictures> {
  await mkdir(folder, { recursive: true });
  const grey = await greyPixels();
  const photo = await png(grey, [1, 1, 1]);
  const result = await png(grey, [1, 0.8, 0.6]);
  const [photoFile, resultFile] = [join(folder, 'photo.png'), join(folder, 'result.png')];
  await writeFile(photoFile, photo);
  await writeFile(resultFile, result);
  return { photo, photoFile, result, resultFile, width: WIDTH, height: HEIGHT };
}

/** Each grey value times three. */
function png(grey: Buffer, [red, green, blue]: readonly [number, number, number]): Promise<Buffer> {
  const pixels = Buffer.alloc(grey.length * 3);
  for (const [at, value] of grey.entries()) pixels.set([value * red, value * green, value * blue], at * 3);
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .png()
    .toBuffer();
}

/** Soft shapes, and grain that a PNG cannot make small. */
async function greyPixels(): Promise<Buffer> {
  const shapes = await sharp(randomBytes(12 * 9), { raw: { width: 12, height: 9, channels: 1 } })
    .resize(WIDTH, HEIGHT, { kernel: 'cubic', fit: 'fill' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const grain = randomBytes(shapes.length);
  return Buffer.from(shapes.map((value, at) => (value * 3) / 4 + 16 + (grain[at]! % (2 * GRAIN + 1))));
}
