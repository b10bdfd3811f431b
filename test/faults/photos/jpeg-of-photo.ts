import sharp from 'sharp';
import { colourOf, type NumberedPhoto } from './numbered-photo.js';

/** What JPEG of a good quality changes of noise, on average; two different photos are above 80 apart. */
const MOST_DIFFERENCE = 16;

/** The number of the photo of which a JPEG file is the result, tried in this order; null where it is none, or not whole. */
export async function photoOfJpeg(path: string, photos: readonly NumberedPhoto[]): Promise<number | null> {
  // A file that is cut off is no picture here, although a viewer might show the beginning of it.
  const pixels = await rawPixels(path).catch(() => undefined);
  if (!pixels) return null;
  for (const { number, file } of photos) {
    if (differenceOf(pixels, colourOf(await rawPixels(file))) <= MOST_DIFFERENCE) return number;
  }
  return null;
}

function rawPixels(picture: string | Buffer): Promise<Buffer> {
  return sharp(picture, { failOn: 'truncated' }).removeAlpha().toColourspace('srgb').raw().toBuffer();
}

/** Of each value, on average; infinite for pictures of different size. */
function differenceOf(one: Buffer, other: Buffer): number {
  if (one.length !== other.length) return Infinity;
  return one.reduce((sum, value, at) => sum + Math.abs(value - other[at]!), 0) / one.length;
}
