import { lightnessOf } from './cielab.js';
import type { RgbImage } from './colouriser.js';
import { createPlane, type Plane, sizeWithin } from './plane.js';
import type { SlicedWork } from './time-slices.js';

/**
 * The lightness (L*, 0 to 100) of a picture, made at most `longest` pixels long and high by area means. Goes row by
 * row, so that a picture of 50 megapixels needs no second copy of itself.
 */
export function* shrinkLightness(image: RgbImage, longest: number): SlicedWork<Plane> {
  const { width, height } = sizeWithin(image, longest);
  const plane = createPlane(width, height);
  const row = new Float32Array(image.width);
  const narrow = new Float32Array(width);
  const ratio = image.height / height;
  for (let y = 0; y < image.height; y++) {
    for (let x = 0, at = y * image.width * 3; x < image.width; x++, at += 3) {
      row[x] = lightnessOf(image.data[at]!, image.data[at + 1]!, image.data[at + 2]!);
    }
    shrinkRow(row, narrow);
    for (let target = Math.floor(y / ratio); target < height && target * ratio < y + 1; target++) {
      const cover = Math.min(y + 1, (target + 1) * ratio) - Math.max(y, target * ratio);
      if (cover <= 0) continue;
      for (let x = 0; x < width; x++) plane.data[target * width + x]! += (narrow[x]! * cover) / ratio;
    }
    yield y / image.height;
  }
  return plane;
}

function shrinkRow(source: Float32Array, target: Float32Array): void {
  const ratio = source.length / target.length;
  for (let i = 0; i < target.length; i++) {
    const from = i * ratio;
    const to = Math.min((i + 1) * ratio, source.length);
    let sum = 0;
    for (let s = Math.floor(from); s < to; s++) sum += source[s]! * (Math.min(s + 1, to) - Math.max(s, from));
    target[i] = sum / ratio;
  }
}
