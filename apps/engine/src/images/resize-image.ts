import type { ResizeOptions } from 'sharp';
import type { RgbImage } from '../colour/colouriser.js';
import { NodeFailure } from '../nodes/node-failure.js';
import { MAX_PIXELS } from './decode-image.js';
import type { Mask } from './mask.js';
import { loadSharp, sharpFrom, toRgbImage } from './sharp.js';

/** The upscale methods of ComfyUI's image nodes, in its order. */
export const RESIZE_METHODS = ['nearest-exact', 'bilinear', 'area', 'bicubic', 'lanczos'] as const;
export type ResizeMethod = (typeof RESIZE_METHODS)[number];

/** `area` is an average over the covered pixels, which is what libvips' linear kernel does when it shrinks. */
const KERNELS: Record<ResizeMethod, NonNullable<ResizeOptions['kernel']>> = {
  'nearest-exact': 'nearest',
  bilinear: 'linear',
  area: 'linear',
  bicubic: 'cubic',
  lanczos: 'lanczos3',
};

/**
 * Scales a picture to exactly this size. With `crop` the middle is cut to the new aspect first.
 *
 * @throws NodeFailure above `MAX_PIXELS`, see `assertFits`.
 */
export async function resizeImage(
  image: RgbImage,
  size: { width: number; height: number; method: ResizeMethod; crop: boolean },
): Promise<RgbImage> {
  const { width, height, method, crop } = size;
  if (width === image.width && height === image.height) return image;
  assertFits(width, height);
  const source = await sharpFrom(image);
  return toRgbImage(source.resize(width, height, { kernel: KERNELS[method], fit: crop ? 'cover' : 'fill' }));
}

/**
 * Scales both sides by a factor, each to the nearest multiple of `step` (1) and to one step at least.
 *
 * @throws NodeFailure as `resizeImage`.
 */
export async function scaleImage(
  image: RgbImage,
  factor: number,
  { method, step = 1 }: { method: ResizeMethod; step?: number },
): Promise<RgbImage> {
  const scaled = (side: number): number => sideOf((side * factor) / step) * step;
  return resizeImage(image, {
    width: scaled(image.width),
    height: scaled(image.height),
    method,
    crop: false,
  });
}

/** Scales a mask to exactly this size, bilinear. */
export async function resizeMask(mask: Mask, width: number, height: number): Promise<Mask> {
  if (width === mask.width && height === mask.height) return mask;
  const sharp = await loadSharp();
  const raw = { width: mask.width, height: mask.height, channels: 1 as const };
  const data = await sharp(mask.data, { raw, limitInputPixels: false })
    .resize(width, height, { kernel: 'linear', fit: 'fill' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  return { data, width, height };
}

/**
 * Refuses a picture of more than `MAX_PIXELS` before it is made.
 *
 * @throws NodeFailure worded as a failed allocation, so that clients read it as out of memory.
 */
export function assertFits(width: number, height: number): void {
  if (width * height <= MAX_PIXELS) return;
  throw new NodeFailure(
    'RuntimeError',
    `DefaultCPUAllocator: can't allocate memory: a picture of ${width}x${height} is more than this engine takes.`,
  );
}

/** A side of at least one pixel, rounded as Python rounds: a half goes to the even neighbour. */
export function sideOf(length: number): number {
  const floor = Math.floor(length);
  const isHalf = length - floor === 0.5;
  return Math.max(1, isHalf ? floor + (floor % 2) : Math.round(length));
}
