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
  return meanOfRows(meanOfColumns(plane, radius), radius);
}

function meanOfColumns({ data, width, height }: Plane, radius: number): Plane {
  const result = createPlane(width, height);
  // one running sum per column, so that memory is read in the order in which it lies
  const sums = new Float64Array(width);
  const add = (y: number, sign: number): void => {
    for (let x = 0, at = y * width; x < width; x++, at++) sums[x] = sums[x]! + sign * data[at]!;
  };
  for (let y = 0; y < Math.min(radius, height); y++) add(y, 1);
  for (let y = 0; y < height; y++) {
    if (y + radius < height) add(y + radius, 1);
    if (y - radius > 0) add(y - radius - 1, -1);
    const count = Math.min(y + radius, height - 1) - Math.max(y - radius, 0) + 1;
    for (let x = 0, at = y * width; x < width; x++, at++) result.data[at] = sums[x]! / count;
  }
  return result;
}

function meanOfRows({ data, width, height }: Plane, radius: number): Plane {
  const result = createPlane(width, height);
  for (let start = 0; start < data.length; start += width) {
    let sum = 0;
    for (let x = 0; x < Math.min(radius, width); x++) sum += data[start + x]!;
    for (let x = 0; x < width; x++) {
      if (x + radius < width) sum += data[start + x + radius]!;
      if (x - radius > 0) sum -= data[start + x - radius - 1]!;
      const count = Math.min(x + radius, width - 1) - Math.max(x - radius, 0) + 1;
      result.data[start + x] = sum / count;
    }
  }
  return result;
}
