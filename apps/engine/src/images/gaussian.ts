import type { RgbImage } from '../colour/colouriser.js';
import type { SlicedWork } from '../colour/time-slices.js';

/**
 * The taps of ComfyUI's Gaussian: `2 * radius + 1` of them over the interval from -1 to 1, whatever the radius is.
 * `sigma` is thus a share of the radius and not a number of pixels, and the usual 1.0 is close to a plain mean.
 * Its square kernel is the product of two of these.
 */
export function gaussianTaps(radius: number, sigma: number): Float64Array {
  const taps = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i / radius - 1) ** 2) / (2 * sigma * sigma)),
  );
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

/** Blurs each channel. The picture is mirrored at its edges, without its edge pixels being doubled. */
export function blur(image: RgbImage, radius: number, sigma: number): SlicedWork<RgbImage> {
  return filterRows(image, radius, sigma, (blurred, _source, target) => target.set(blurred));
}

/**
 * Sharpens each channel: what the blur takes away is added `10 * alpha` times. The factor of ten is ComfyUI's, so that
 * its default alpha of 1 is very much for a photograph.
 */
export function sharpen(image: RgbImage, radius: number, sigma: number, alpha: number): SlicedWork<RgbImage> {
  const strength = 10 * alpha;
  return filterRows(image, radius, sigma, (blurred, source, target) => {
    for (let i = 0; i < target.length; i++) {
      target[i] = source[i]! + strength * (source[i]! - blurred[i]!);
    }
  });
}

/** Blurs row by row, in floats, and lets `write` make the row of the result from the blurred and the old one. */
function* filterRows(
  { data, width, height }: RgbImage,
  radius: number,
  sigma: number,
  write: (blurred: Float32Array, source: Uint8Array, target: Uint8ClampedArray) => void,
): SlicedWork<RgbImage> {
  const taps = gaussianTaps(radius, sigma);
  const length = width * 3;
  const result = new Uint8ClampedArray(data.length);
  // Rows that are blurred along themselves, by their number modulo the length of the ring.
  const ring = Array.from({ length: taps.length }, () => new Float32Array(length));
  const padded = new Float32Array(length + 6 * radius);
  const blurred = new Float32Array(length);
  for (let y = -radius; y < height + radius; y++) {
    const source = mirrored(y, height) * length;
    blurRow(data.subarray(source, source + length), padded, taps, ring[(y + radius) % ring.length]!);
    const at = y - radius;
    if (at >= 0) {
      blurred.fill(0);
      // The ring holds the rows from at - radius to at + radius; the oldest is where the next one goes.
      addTaps(blurred, taps, (k) => ring[(at + k) % ring.length]!);
      const from = at * length;
      write(blurred, data.subarray(from, from + length), result.subarray(from, from + length));
    }
    yield (y + radius) / (height + 2 * radius);
  }
  return { data: new Uint8Array(result.buffer), width, height };
}

function blurRow(row: Uint8Array, padded: Float32Array, taps: Float64Array, target: Float32Array): void {
  const radius = (taps.length - 1) / 2;
  const width = row.length / 3;
  padded.set(row, 3 * radius);
  for (let x = 1; x <= radius; x++) {
    for (let c = 0; c < 3; c++) {
      padded[3 * (radius - x) + c] = row[3 * x + c]!;
      padded[3 * (radius + width - 1 + x) + c] = row[3 * (width - 1 - x) + c]!;
    }
  }
  target.fill(0);
  addTaps(target, taps, (k) => padded.subarray(3 * k, 3 * k + row.length));
}

/** Adds the values at each tap by its share. The taps are symmetric, so two are done at a time. */
function addTaps(into: Float32Array, taps: Float64Array, valuesAt: (tap: number) => Float32Array): void {
  const middle = (taps.length - 1) / 2;
  const values = valuesAt(middle);
  for (let i = 0, share = taps[middle]!; i < into.length; i++) into[i] = into[i]! + values[i]! * share;
  for (let k = 0; k < middle; k++) {
    addPair(into, valuesAt(k), valuesAt(taps.length - 1 - k), taps[k]!);
  }
}

function addPair(into: Float32Array, first: Float32Array, second: Float32Array, share: number): void {
  for (let i = 0; i < into.length; i++) into[i] = into[i]! + (first[i]! + second[i]!) * share;
}

function mirrored(row: number, height: number): number {
  if (row < 0) return -row;
  return row < height ? row : 2 * (height - 1) - row;
}
