import type { RgbImage } from '../colour/colouriser.js';
import type { SlicedWork } from '../colour/time-slices.js';
import { copyImage } from './copy-image.js';
import type { Mask } from './mask.js';

/** Where a picture goes, and which part of it. */
export interface Placement {
  x: number;
  y: number;
  /** As large as the picture that is laid on top. Without one all of it counts. */
  mask?: Mask;
}

/** Lays `source` on `destination` at a place that is not negative. What hangs over the edges is cut off. */
export function* composite(
  destination: RgbImage,
  source: RgbImage,
  { x, y, mask }: Placement,
): SlicedWork<RgbImage> {
  const result = copyImage(destination);
  const { data } = result;
  const width = Math.min(source.width, destination.width - x);
  const height = Math.min(source.height, destination.height - y);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = row * source.width + column;
      const share = mask ? mask.data[from]! : 255;
      if (share === 0) continue;
      const to = ((row + y) * destination.width + column + x) * 3;
      for (let c = 0; c < 3; c++) {
        data[to + c] = Math.round((source.data[from * 3 + c]! * share + data[to + c]! * (255 - share)) / 255);
      }
    }
    yield row / height;
  }
  return result;
}
