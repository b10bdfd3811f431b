import PQueue from 'p-queue';
import sharp, { type Sharp } from 'sharp';
import type { ImageLimits } from './image-limits.js';
import { damaged, ImageError } from './image.errors.js';
import { keepPictureChunks } from './png-chunks.js';

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
 * How every canonical PNG is encoded. Measured on a 24-megapixel photo: 1.2 s and 33 MB with level 2 and adaptive
 * filters, against 1.1 s and 43 MB for level 6 without filters, and 1.7 s and 31 MB for level 6 with them.
 */
export const PNG_OUTPUT = { compressionLevel: 2, adaptiveFiltering: true, palette: false } as const;

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
  const picture = format === 'png' ? keepPictureChunks(data) : data;
  return sharp(picture, { failOn: 'error', limitInputPixels: limits.maxPixels, sequentialRead: true })
    .timeout({ seconds: Math.ceil(limits.decodeTimeoutMs / 1000) })
    .autoOrient()
    .flatten({ background: 'white' })
    .toColourspace('srgb');
}

/** Width and height the right way up, from the header alone. Their limits are the caller's to check. */
export async function readUprightSize(input: string | Buffer): Promise<{ width: number; height: number }> {
  const { autoOrient } = await sharp(input, { failOn: 'error', limitInputPixels: false }).metadata();
  return { width: autoOrient.width, height: autoOrient.height };
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
