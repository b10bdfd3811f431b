import { ImageError } from './image.errors.js';

/** What a picture may be at most (and at least). All limits are inclusive. */
export interface ImageLimits {
  /** Bytes of the file. */
  readonly maxBytes: number;
  /** Width times height, read from the header before any pixel is decoded. */
  readonly maxPixels: number;
  /** Pixels of the longer side. */
  readonly maxSide: number;
  /** Pixels of the shorter side. */
  readonly minSide: number;
  /** How many times as long as the shorter side the longer one may be. */
  readonly maxAspect: number;
  /** Wall-clock time for one decode and encode, without waiting for a free decode slot; kept to the next second. */
  readonly decodeTimeoutMs: number;
}

/**
 * The limits for uploads. "20 MB" is read as 20 MiB (20,971,520 bytes), the larger of its two meanings, so that
 * nobody is refused a file that their computer calls 20 MB.
 *
 * 50 million pixels is a 600 dpi scan of a 30 x 30 cm print. A side of 65,535 is the most a JPEG can have, and far
 * below the 1,000,000 at which libpng refuses. Below 16 pixels there is nothing to colour.
 * A panorama on film is seldom more than 10 times as long as high; beyond 50 it is a line of a scanner that stuck.
 * 30 s is about ten times what the largest allowed picture needs on two cores.
 */
export const DEFAULT_IMAGE_LIMITS: ImageLimits = {
  maxBytes: 20 * 1024 * 1024,
  maxPixels: 50_000_000,
  maxSide: 65_535,
  minSide: 16,
  maxAspect: 50,
  decodeTimeoutMs: 30_000,
};

/**
 * The limits for pictures that an engine returns. The largest photo of 50 megapixels may come back twice as wide and
 * high; its PNG may take 256 MiB. How small and of what shape it may be follows from the photo, so it is not here.
 * Nobody waits at the other end of a connection, and a busy machine makes no picture a bad one: hence two minutes.
 */
export const RESULT_IMAGE_LIMITS: ImageLimits = {
  maxBytes: 256 * 1024 * 1024,
  maxPixels: 200_000_000,
  maxSide: 65_535,
  minSide: 1,
  maxAspect: 65_535,
  decodeTimeoutMs: 120_000,
};

const figure = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 1 });

export function checkBytes(bytes: number, limits: ImageLimits): void {
  if (bytes === 0) throw new ImageError('image_damaged', 'The file is empty.', { found: 0 });
  if (bytes > limits.maxBytes) {
    const message = `This file has ${figure(bytes)} bytes; we can take up to ${figure(limits.maxBytes)}.`;
    throw new ImageError('file_too_large', message, { limit: limits.maxBytes, found: bytes });
  }
}

export function checkSize(width: number, height: number, limits: ImageLimits): void {
  const pixels = width * height;
  const size = `${figure(width)} x ${figure(height)} pixels`;
  if (pixels > limits.maxPixels) {
    const message = `This picture has ${figure(pixels / 1e6)} million pixels; we can take up to ${figure(limits.maxPixels / 1e6)} million.`;
    throw new ImageError('image_too_many_pixels', message, { limit: limits.maxPixels, found: pixels });
  }
  const longer = Math.max(width, height);
  if (longer > limits.maxSide) {
    const message = `This picture has ${size}; no side may have more than ${figure(limits.maxSide)}.`;
    throw new ImageError('image_too_many_pixels', message, { limit: limits.maxSide, found: longer });
  }
  const shorter = Math.min(width, height);
  if (longer > shorter * limits.maxAspect) {
    const message = `This picture has ${size}; one side may be at most ${figure(limits.maxAspect)} times as long as the other.`;
    const found = Math.ceil(longer / shorter);
    throw new ImageError('bad_aspect', message, { limit: limits.maxAspect, found });
  }
  if (shorter < limits.minSide) {
    const message = `This picture has ${size}; each side needs at least ${limits.minSide}.`;
    throw new ImageError('image_too_small', message, { limit: limits.minSide, found: shorter });
  }
}
