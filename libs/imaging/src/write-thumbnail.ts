import { readFile, stat } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import type { ImageHeader } from './image-header.js';
import type { ImageLimits } from './image-limits.js';
import { openAsStored, pictureSource, translateSharpError } from './libvips.js';
import type { RawPixels } from './raw-pixels.js';
import { shrinkBmp } from './shrink-bmp.js';

/** What was written. */
export interface Thumbnail {
  mediaType: 'image/jpeg';
  width: number;
  height: number;
  bytes: number;
}

/**
 * Measured on a photo of 480 x 384: JPEG takes 3 ms and 31 KB, WebP 19 ms and 24 KB, or 6 ms and 34 KB in a hurry.
 */
const JPEG_OUTPUT = { quality: 80 } as const;

/**
 * Decodes a picture completely, so that damage anywhere in it is found, and writes it as an upright sRGB JPEG of at
 * most `side` pixels, never larger than it is, white under alpha, without metadata. It is turned after it is
 * shrunk: turning a PNG of 50 megapixels would take 150 to 400 MB.
 * Throws like `makeCanonical`. A failure may leave a part of the target.
 */
export async function writeThumbnail(
  sourcePath: string,
  header: ImageHeader,
  targetPath: string,
  side: number,
  limits: ImageLimits,
): Promise<Thumbnail> {
  try {
    const pixels = await shrink(sourcePath, header, side, limits);
    const { width, height } = await turn(open(pixels), header.orientation)
      .jpeg(JPEG_OUTPUT)
      .toFile(targetPath);
    return { mediaType: 'image/jpeg', width, height, bytes: (await stat(targetPath)).size };
  } catch (error) {
    throw translateSharpError(error, limits);
  }
}

async function shrink(
  sourcePath: string,
  { format }: ImageHeader,
  side: number,
  limits: ImageLimits,
): Promise<RawPixels> {
  if (format === 'bmp')
    return fitInside(open(await shrinkBmp(await readFile(sourcePath), limits, 2 * side)), side);
  const source = await pictureSource(sourcePath, format);
  try {
    return await fitInside(openAsStored(source, limits, 'warning'), side);
  } catch (error) {
    if (!(error instanceof Error) || FATAL_WARNING.test(error.message)) throw error;
    return await fitInside(openAsStored(source, limits), side);
  }
}

/**
 * libjpeg only warns where the pixels end before the picture does and an end mark follows; it paints the rest grey.
 * Its other warnings, as for one wrong bit, are no reason to refuse a photo. There is no second try beyond the time.
 */
const FATAL_WARNING = /premature end of|timeout: \d+%/i;

async function fitInside(picture: Sharp, side: number): Promise<RawPixels> {
  const { data, info } = await picture
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

const open = ({ data, width, height }: RawPixels): Sharp =>
  sharp(data, { raw: { width, height, channels: 3 } });

/** From EXIF 2.32, 4.6.4, tag Orientation. sharp mirrors before it rotates, in whatever order it is asked to. */
function turn(picture: Sharp, orientation: number): Sharp {
  switch (orientation) {
    case 2:
      return picture.flop();
    case 3:
      return picture.rotate(180);
    case 4:
      return picture.flip();
    case 5:
      return picture.flop().rotate(270);
    case 6:
      return picture.rotate(90);
    case 7:
      return picture.flop().rotate(90);
    case 8:
      return picture.rotate(270);
    default:
      return picture;
  }
}
