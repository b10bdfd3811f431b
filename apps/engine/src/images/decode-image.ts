import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Sharp } from 'sharp';
import type { RgbImage } from '../colour/colouriser.js';
import { NodeFailure } from '../nodes/node-failure.js';
import { emptyMask, type Mask } from './mask.js';
import { loadSharp, toRgbImage } from './sharp.js';

/** Above this a picture is refused. 100 megapixels are 300 MB as RGB. */
export const MAX_PIXELS = 100_000_000;

const FORMATS = new Set(['jpeg', 'png', 'webp']);

/** A picture and what is transparent in it. */
export interface DecodedImage {
  image: RgbImage;
  /** 255 where the picture is transparent; of a picture without transparency a black square of 64 pixels. */
  mask: Mask;
}

/**
 * Reads a JPEG, PNG or WebP file the right way up as 8-bit sRGB. Transparency is taken off, not blended, and becomes
 * the mask, as ComfyUI's LoadImage does. BMP and everything else is refused: libvips as sharp ships it does not read BMP.
 *
 * @throws NodeFailure of the type that a real server names: `PIL.UnidentifiedImageError` if it is no such
 * picture, `OSError` if it is damaged, `PIL.Image.DecompressionBombError` above `MAX_PIXELS`.
 */
export async function decodeImage(path: string): Promise<DecodedImage> {
  const sharp = await loadSharp();
  // Read whole: the file may be replaced by an upload while libvips reads it a second time.
  const file = await readFile(path).catch((error: unknown) => {
    throw new NodeFailure('FileNotFoundError', `[Errno 2] No such file or directory: '${basename(path)}'`, {
      cause: error,
    });
  });
  if (file.length === 0) throw unidentified(path);
  const input = sharp(file, { limitInputPixels: false, failOn: 'error' });
  const { format, width, height, hasAlpha } = await input.metadata().catch((error: unknown) => {
    throw unidentified(path, error);
  });
  if (!FORMATS.has(format)) throw unidentified(path);
  if (width * height > MAX_PIXELS) {
    throw new NodeFailure(
      'PIL.Image.DecompressionBombError',
      `Image size (${width * height} pixels) exceeds limit of ${MAX_PIXELS} pixels, could be decompression bomb DOS attack.`,
    );
  }
  try {
    const upright = input.autoOrient();
    const image = await toRgbImage(upright.clone());
    return { image, mask: hasAlpha ? await transparencyOf(upright, image) : emptyMask() };
  } catch (error) {
    throw new NodeFailure('OSError', 'Truncated File Read', { cause: error });
  }
}

async function transparencyOf(picture: Sharp, { width, height }: RgbImage): Promise<Mask> {
  // Through sRGB first: the opacity of a picture of 16 bits comes out as 16 bits otherwise.
  const rgba = await picture.ensureAlpha().toColourspace('srgb').raw().toBuffer();
  const data = new Uint8Array(width * height);
  for (let i = 0; i < data.length; i++) data[i] = 255 - rgba[4 * i + 3]!;
  return { data, width, height };
}

function unidentified(path: string, cause?: unknown): NodeFailure {
  const message = `cannot identify image file '${basename(path)}'`;
  return new NodeFailure('PIL.UnidentifiedImageError', message, { cause });
}
