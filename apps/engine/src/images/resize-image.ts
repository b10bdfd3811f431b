import type { ResizeOptions } from 'sharp';
import type { RgbImage } from '../colour/colouriser.js';
import { NodeFailure } from '../nodes/node-failure.js';
import { MAX_PIXELS } from './decode-image.js';
import { sharpFrom, toRgbImage } from './sharp.js';

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
 * @throws NodeFailure above `MAX_PIXELS`, worded as a failed allocation so that clients read it as out of memory.
 */
export async function resizeImage(
  image: RgbImage,
  size: { width: number; height: number; method: ResizeMethod; crop: boolean },
): Promise<RgbImage> {
  const { width, height, method, crop } = size;
  if (width === image.width && height === image.height) return image;
  if (width * height > MAX_PIXELS) {
    throw new NodeFailure(
      'RuntimeError',
      `DefaultCPUAllocator: can't allocate memory: a picture of ${width}x${height} is more than this engine takes.`,
    );
  }
  const source = await sharpFrom(image);
  return toRgbImage(source.resize(width, height, { kernel: KERNELS[method], fit: crop ? 'cover' : 'fill' }));
}
