import type { Sharp, default as sharpFunction } from 'sharp';
import type { RgbImage } from '../colour/colouriser.js';

type SharpModule = typeof sharpFunction;

let loading: Promise<SharpModule> | undefined;

/**
 * The picture library, loaded when the first picture needs it: an engine that waits for work stays about 30 MB
 * smaller. One thread and no cache keep the memory of a run small and predictable.
 */
export function loadSharp(): Promise<SharpModule> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  });
  return loading;
}

/** Opens a picture between nodes for sharp. */
export async function sharpFrom(image: RgbImage): Promise<Sharp> {
  const sharp = await loadSharp();
  const { data, width, height } = image;
  return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
}

/** Runs a pipeline to its end and gives the pixels as a picture between nodes. */
export async function toRgbImage(pipeline: Sharp): Promise<RgbImage> {
  const { data, info } = await pipeline
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
