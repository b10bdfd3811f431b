import { readFile } from 'node:fs/promises';
import PQueue from 'p-queue';
import sharp, { type Sharp } from 'sharp';
import type { ImageLimits } from './image-limits.js';
import { damaged, ImageError } from './image.errors.js';
import { hasOnlyPictureChunks, keepPictureChunks } from './png-chunks.js';

/*
 * Process-wide settings, made when this library is first imported:
 * - Only JPEG and PNG can be loaded, whatever bytes reach sharp. By default it also opens SVG (which can name local
 *   files), TIFF, GIF and others, whose decoders have had flaws (CVE-2026-114113).
 * - No cache: every file is decoded once, and a file may be replaced under the same name.
 */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng'] });
sharp.cache(false);

/**
 * How every PNG is encoded that stays. Measured on a 24-megapixel photo: 1.2 s and 33 MB with level 2 and adaptive
 * filters, against 1.1 s and 43 MB for level 6 without filters, and 1.7 s and 31 MB for level 6 with them.
 */
export const PNG_OUTPUT = { compressionLevel: 2, adaptiveFiltering: true, palette: false } as const;

/** A PNG that is read once and then gone: not compressed at all, which takes a sixth of the time. */
export const STORED_PNG = { compressionLevel: 0, adaptiveFiltering: false, palette: false } as const;

/**
 * Two decodes keep two cores busy. More would only cost memory: a common photo takes 30 MB, one that has to be
 * turned 100-160 MB, an interlaced 16-bit PNG of 49 megapixels (380 KB as a file) 390 MB.
 */
const decodeSlots = new PQueue({ concurrency: 2 });

/** Runs one decode as soon as a slot is free. */
export async function inDecodeSlot<T>(decode: () => Promise<T>): Promise<T> {
  return await decodeSlots.add(decode);
}

/**
 * Opens a JPEG or PNG as upright 8-bit sRGB without alpha, strictly: a truncated or broken stream is an error,
 * never a half-grey picture. A PNG loses everything but its picture before libvips sees it.
 */
export function openUpright(data: Buffer, format: 'jpeg' | 'png', limits: ImageLimits): Sharp {
  return openAsStored(format === 'png' ? keepPictureChunks(data) : data, limits).autoOrient();
}

/** As `openUpright`, without turning, which needs the whole picture at once. `source` is from `pictureSource`. */
export function openAsStored(
  source: string | Buffer,
  limits: ImageLimits,
  failOn: 'error' | 'warning' = 'error',
): Sharp {
  return sharp(source, { failOn, limitInputPixels: limits.maxPixels, sequentialRead: true })
    .timeout({ seconds: Math.ceil(limits.decodeTimeoutMs / 1000) })
    .flatten({ background: 'white' })
    .toColourspace('srgb');
}

/** What libvips may read of a file: itself, or a PNG's picture in memory where the file holds more than that. */
export async function pictureSource(path: string, format: 'jpeg' | 'png'): Promise<string | Buffer> {
  if (format === 'jpeg' || (await hasOnlyPictureChunks(path))) return path;
  return keepPictureChunks(await readFile(path));
}

/** What a JPEG or PNG says of itself before any pixel is decoded. */
export interface StoredSize {
  /** Pixels the right way up. */
  width: number;
  height: number;
  /** How the stored pixels have to be turned (EXIF, 1-8); 1 where the file says nothing or nonsense. */
  orientation: number;
  /** Memory that decoding needs at once, about; 0 where it goes from row to row. */
  bytesAtOnce: number;
  /** Made for printing: inks, not light. */
  isCmyk: boolean;
}

/** Reads the header alone. The limits of the size are the caller's to check. */
export async function readStoredSize(input: string | Buffer): Promise<StoredSize> {
  const header = await sharp(input, { failOn: 'error', limitInputPixels: false }).metadata();
  const { orientation = 1, isProgressive, channels, space } = header;
  const { width, height } = header.autoOrient;
  return {
    width,
    height,
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    // The coefficients of a progressive JPEG and the samples of an interlaced PNG have two bytes at most.
    bytesAtOnce: isProgressive ? width * height * channels * 2 : 0,
    isCmyk: space === 'cmyk',
  };
}

/**
 * Tells whether the picture is to blame for an error of sharp (`ImageError`) or this machine (an error with the
 * `code` of an errno). What did not come from sharp passes unchanged: sharp throws plain errors without a code.
 */
export function translateSharpError(error: unknown, limits: ImageLimits): unknown {
  if (!(error instanceof Error) || error.name !== 'Error' || 'code' in error) return error;
  const text = error.message;
  if (/: write error|unable to open for write/.test(text)) return writeError(error);
  if (/timeout: \d+%/.test(text)) return tooSlow(limits, error);
  if (/unsupported jpeg/i.test(text)) {
    const message =
      'This is a rare kind of JPEG that we cannot read; please save it again as an ordinary JPEG.';
    return new ImageError('unsupported_format', message, { detected: 'jpeg' }, error);
  }
  return damaged('its pixels cannot be read', error);
}

/** The picture takes longer to decode than the limit allows. */
export function tooSlow(limits: ImageLimits, cause?: unknown): ImageError {
  const seconds = Math.ceil(limits.decodeTimeoutMs / 1000);
  const message = `This picture takes longer than ${seconds} s to read.`;
  return new ImageError('image_damaged', message, { limit: limits.decodeTimeoutMs }, cause);
}

/** libvips reports a failed write as text only; callers ask for the `code` that Node would give. */
function writeError(cause: Error): Error {
  const code = /no space left/i.test(cause.message)
    ? 'ENOSPC'
    : /quota/i.test(cause.message)
      ? 'EDQUOT'
      : 'EIO';
  return Object.assign(new Error(`the picture could not be written: ${code}`, { cause }), { code });
}
