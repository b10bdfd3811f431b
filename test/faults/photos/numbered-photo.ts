import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { Dice } from '../dice.js';
import { colourOf } from './stamp.mjs';

export { colourOf, numberOf } from './stamp.mjs';

/** Small, so that what is measured is the way of a photo and not its pixels. */
const HEIGHT = 32;
const WIDTH = 32;
/** The width by which `preload/poison.mjs` knows a photo that kills the worker that touches it. */
const POISON_WIDTH = 48;
const NUMBER_BYTES = 4;

/** A photo that only one number has, as a PNG: every step of a photo's way keeps a PNG's pixels. */
export interface NumberedPhoto {
  number: number;
  file: Buffer;
  /** Of the file. */
  sha256: string;
  /** Of the pixels that the fault engine makes of it. */
  resultSha256: string;
}

/** Makes the photo of a number below 2^32: its first pixels spell the number, the others are noise grown from it. */
export async function numberedPhoto(
  number: number,
  kind: 'good' | 'poison' = 'good',
): Promise<NumberedPhoto> {
  const width = kind === 'poison' ? POISON_WIDTH : WIDTH;
  const pixels = Buffer.alloc(width * HEIGHT * 3);
  pixels.writeUInt32BE(number);
  const dice = new Dice(number);
  for (let at = NUMBER_BYTES; at < pixels.length; at++) pixels[at] = dice.whole(256);
  const file = await sharp(pixels, { raw: { width, height: HEIGHT, channels: 3 } })
    .png()
    .toBuffer();
  return { number, file, sha256: sha256(file), resultSha256: sha256(colourOf(pixels)) };
}

/** The digest of a picture's pixels as RGB, whatever its encoding. */
export async function pixelDigest(file: Buffer): Promise<string> {
  return sha256(await sharp(file).removeAlpha().toColourspace('srgb').raw().toBuffer());
}

function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
