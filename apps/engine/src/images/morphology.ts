import type { RgbImage } from '../colour/colouriser.js';
import { asPart, type SlicedWork } from '../colour/time-slices.js';
import { copyImage } from './copy-image.js';
import { slideExtreme } from './sliding-extreme.js';

/** The operations of ComfyUI's Morphology node, in its order. */
export const MORPHOLOGY_OPERATIONS = [
  'erode',
  'dilate',
  'open',
  'close',
  'gradient',
  'bottom_hat',
  'top_hat',
] as const;
export type MorphologyOperation = (typeof MORPHOLOGY_OPERATIONS)[number];

/**
 * Grey-scale morphology with a square of `size` pixels, on each channel by itself. Outside the picture nothing counts
 * (kornia calls this border "geodesic").
 *
 * The centre of an even square is the pixel after its middle, and dilation uses the mirrored square, so that opening
 * and closing leave everything where it is.
 */
export function* morph(image: RgbImage, operation: MorphologyOperation, size: number): SlicedWork<RgbImage> {
  switch (operation) {
    case 'erode':
      return yield* erode(image, size);
    case 'dilate':
      return yield* dilate(image, size);
    case 'open':
      return yield* open(image, size);
    case 'close':
      return yield* close(image, size);
    case 'gradient': {
      const dilated = yield* asPart(dilate(image, size), 0, 0.45);
      const eroded = yield* asPart(erode(image, size), 0.45, 0.9);
      return yield* subtract(dilated, eroded, dilated);
    }
    case 'top_hat': {
      const opened = yield* asPart(open(image, size), 0, 0.9);
      return yield* subtract(image, opened, opened);
    }
    case 'bottom_hat': {
      const closed = yield* asPart(close(image, size), 0, 0.9);
      return yield* subtract(closed, image, closed);
    }
  }
}

function* open(image: RgbImage, size: number): SlicedWork<RgbImage> {
  const eroded = yield* asPart(erode(image, size), 0, 0.5);
  yield* asPart(dilateInPlace(eroded, size), 0.5, 1);
  return eroded;
}

function* close(image: RgbImage, size: number): SlicedWork<RgbImage> {
  const dilated = yield* asPart(dilate(image, size), 0, 0.5);
  yield* asPart(erodeInPlace(dilated, size), 0.5, 1);
  return dilated;
}

function* erode(image: RgbImage, size: number): SlicedWork<RgbImage> {
  const copy = copyImage(image);
  yield* erodeInPlace(copy, size);
  return copy;
}

function* dilate(image: RgbImage, size: number): SlicedWork<RgbImage> {
  const copy = copyImage(image);
  yield* dilateInPlace(copy, size);
  return copy;
}

function erodeInPlace(image: RgbImage, size: number): SlicedWork<void> {
  const before = Math.floor(size / 2);
  return slideExtreme({ ...image, channels: 3 }, { before, after: size - 1 - before }, 'min');
}

function dilateInPlace(image: RgbImage, size: number): SlicedWork<void> {
  const after = Math.floor(size / 2);
  return slideExtreme({ ...image, channels: 3 }, { before: size - 1 - after, after }, 'max');
}

/** Writes `more - less` into `target`, which may be one of them. Never below 0: `more` is nowhere the darker one. */
function* subtract(more: RgbImage, less: RgbImage, target: RgbImage): SlicedWork<RgbImage> {
  const rowLength = target.width * 3;
  for (let from = 0; from < target.data.length; from += rowLength) {
    for (let i = from; i < from + rowLength; i++) target.data[i] = more.data[i]! - less.data[i]!;
    yield 0.9 + (0.1 * from) / target.data.length;
  }
  return target;
}
