import { byteOfLinear, lightnessOf, linearRgbOfLab, luminanceOfLightness } from './cielab.js';
import type { RgbImage } from './colouriser.js';
import type { LocalLines } from './guided-filter.js';
import { bilinearTaps, type Plane } from './plane.js';
import type { SlicedWork } from './time-slices.js';

/** For a* and b*: how colour follows from lightness near each point of a small copy of the picture. */
export interface ColourLines {
  a: LocalLines;
  b: LocalLines;
}

/** Puts colours on a picture of any size; each pixel keeps its lightness. */
export function* paint(image: RgbImage, lines: ColourLines): SlicedWork<RgbImage> {
  const { width, height } = image;
  const data = new Uint8Array(width * height * 3);
  const small = lines.a.slope;
  const columns = bilinearTaps(small.width, width);
  const rows = bilinearTaps(small.height, height);
  const planes = [lines.a.slope, lines.a.offset, lines.b.slope, lines.b.offset];
  const mixed = planes.map(() => new Float32Array(small.width));
  const [slopeA, offsetA, slopeB, offsetB] = mixed as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (const [y, row] of rows.entries()) {
    for (const [i, plane] of planes.entries()) mixRows(plane, row.first, row.second, row.share, mixed[i]!);
    for (let x = 0, at = y * width * 3; x < width; x++, at += 3) {
      const { first, second, share } = columns[x]!;
      const lightness = lightnessOf(image.data[at]!, image.data[at + 1]!, image.data[at + 2]!);
      const a = mix(slopeA, first, second, share) * lightness + mix(offsetA, first, second, share);
      const b = mix(slopeB, first, second, share) * lightness + mix(offsetB, first, second, share);
      writeInGamut(data, at, lightness, a, b);
    }
    yield y / height;
  }
  return { data, width, height };
}

function mixRows(plane: Plane, first: number, second: number, share: number, target: Float32Array): void {
  const [top, bottom] = [first * plane.width, second * plane.width];
  for (let x = 0; x < target.length; x++) {
    target[x] = plane.data[top + x]! * (1 - share) + plane.data[bottom + x]! * share;
  }
}

function mix(row: Float32Array, first: number, second: number, share: number): number {
  return row[first]! * (1 - share) + row[second]! * share;
}

/** How far colours near white may go: paper, clouds and walls that glow orange are the first thing one sees. */
const limitOf = (lightness: number): number => 2 + 0.8 * (100 - lightness);

/** Writes a colour of exactly this lightness; what sRGB cannot show is mixed with grey until it can. */
function writeInGamut(data: Uint8Array, at: number, lightness: number, a: number, b: number): void {
  const grey = luminanceOfLightness(lightness);
  const held = Math.min(1, limitOf(lightness) / Math.max(Math.hypot(a, b), 0.1));
  const colour = linearRgbOfLab(lightness, a * held, b * held);
  let keep = 1;
  for (let channel = 0; channel < 3; channel++) {
    const value = colour[channel]!;
    if (value > 1) keep = Math.min(keep, (1 - grey) / (value - grey));
    else if (value < 0) keep = Math.min(keep, grey / (grey - value));
  }
  // mixing in linear light keeps the luminance
  for (let channel = 0; channel < 3; channel++) {
    data[at + channel] = byteOfLinear(grey + keep * (colour[channel]! - grey));
  }
}
