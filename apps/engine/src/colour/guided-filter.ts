import { createPlane, type Plane } from './plane.js';
import type { SlicedWork } from './time-slices.js';

/** Near each pixel `colour = slope * lightness + offset`. */
export interface LocalLines {
  slope: Plane;
  offset: Plane;
}

/**
 * The guided filter (He, Sun, Tang 2010) in its fast form (He, Sun 2015): fits, around each pixel, a line from
 * lightness to colour, so that colours end where the lightness has an edge. The lines are computed small and
 * applied at full size. `epsilon` is the variance of lightness under which an area counts as flat.
 */
export function* fitLines(
  guide: Plane,
  colour: Plane,
  radius: number,
  epsilon: number,
): SlicedWork<LocalLines> {
  const { width, height } = guide;
  const meanGuide = boxMean(guide, radius);
  yield 0.15;
  const meanColour = boxMean(colour, radius);
  yield 0.3;
  const meanProduct = boxMean(product(guide, colour), radius);
  yield 0.5;
  const meanSquare = boxMean(product(guide, guide), radius);
  yield 0.7;
  const slope = createPlane(width, height);
  const offset = createPlane(width, height);
  for (let i = 0; i < slope.data.length; i++) {
    const [g, c] = [meanGuide.data[i]!, meanColour.data[i]!];
    slope.data[i] = (meanProduct.data[i]! - g * c) / (meanSquare.data[i]! - g * g + epsilon);
    offset.data[i] = c - slope.data[i]! * g;
  }
  const smoothSlope = boxMean(slope, radius);
  yield 0.85;
  return { slope: smoothSlope, offset: boxMean(offset, radius) };
}

function product(one: Plane, other: Plane): Plane {
  const result = createPlane(one.width, one.height);
  for (let i = 0; i < result.data.length; i++) result.data[i] = one.data[i]! * other.data[i]!;
  return result;
}

/** Mean over the square of `2 * radius + 1` pixels around each pixel, as much of it as lies in the picture. */
export function boxMean(plane: Plane, radius: number): Plane {
  const { width, height } = plane;
  const rows = createPlane(width, height);
  for (let y = 0; y < height; y++) slide(plane.data, rows.data, y * width, 1, width, radius);
  const result = createPlane(width, height);
  for (let x = 0; x < width; x++) slide(rows.data, result.data, x, width, height, radius);
  return result;
}

function slide(
  source: Float32Array,
  target: Float32Array,
  start: number,
  step: number,
  length: number,
  radius: number,
): void {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < Math.min(radius, length); i++) {
    sum += source[start + i * step]!;
    count++;
  }
  for (let i = 0; i < length; i++) {
    if (i + radius < length) {
      sum += source[start + (i + radius) * step]!;
      count++;
    }
    if (i - radius > 0) {
      sum -= source[start + (i - radius - 1) * step]!;
      count--;
    }
    target[start + i * step] = sum / count;
  }
}
