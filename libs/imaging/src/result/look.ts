import type { Sharp } from 'sharp';
import type { Size } from './result-size.js';

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

/** The longer side of what is looked at: a cell is 16 pixels wide in a photo of 12 megapixels. */
const LOOK_SIDE = 256;

/** The size of the looks at pictures of this size, so that those of one shape can be compared cell by cell. */
export function lookSize({ width, height }: Size): Size {
  const shrink = Math.min(1, LOOK_SIDE / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * shrink)),
    height: Math.max(1, Math.round(height * shrink)),
  };
}

/**
 * A picture seen from afar. Where each cell is the mean of its pixels, noise does not count and a small thing of
 * another colour still does.
 */
export class Look {
  private readonly cells: number;

  constructor(
    readonly size: Size,
    private readonly rgb: Uint8Array,
  ) {
    this.cells = size.width * size.height;
  }

  colourAt(cell: number): Colour {
    const at = cell * 3;
    return [this.rgb[at]!, this.rgb[at + 1]!, this.rgb[at + 2]!];
  }

  /** The part of the cells for which it holds, from 0 to 1. */
  share(holds: (colour: Colour, cell: number) => boolean): number {
    let count = 0;
    for (let cell = 0; cell < this.cells; cell += 1) if (holds(this.colourAt(cell), cell)) count += 1;
    return count / this.cells;
  }

  mean(measure: (colour: Colour) => number): number {
    let sum = 0;
    for (let cell = 0; cell < this.cells; cell += 1) sum += measure(this.colourAt(cell));
    return sum / this.cells;
  }

  /** Half of the cells are at most so light, in each channel. */
  median(): Colour {
    return [this.medianOf(0), this.medianOf(1), this.medianOf(2)];
  }

  private medianOf(channel: number): number {
    const histogram = new Uint32Array(256);
    for (let at = channel; at < this.rgb.length; at += 3) histogram[this.rgb[at]!]! += 1;
    let below = 0;
    return histogram.findIndex((count) => (below += count) * 2 >= this.cells);
  }
}

/**
 * How pixels become cells. Triangles average them and have no overshoot, which would make light edges of dark ones;
 * `nearest` takes one of them.
 */
const KERNELS = { means: 'linear', points: 'nearest' } as const;

/** Looks at a picture that was opened with `openAsStored` or `openUpright`; for means, all of it is decoded. */
export async function lookAt(
  picture: Sharp,
  size: Size,
  cells: keyof typeof KERNELS = 'means',
): Promise<Look> {
  const { data, info } = await picture
    .resize({ ...size, fit: 'fill', kernel: KERNELS[cells] })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return new Look({ width: info.width, height: info.height }, data);
}

/** How far a colour is from grey, in levels. */
export const tintOf = ([red, green, blue]: Colour): number =>
  Math.max(red, green, blue) - Math.min(red, green, blue);

/** From black 0 to white 255, with the weights of ITU-R BT.709. */
export const lightnessOf = ([red, green, blue]: Colour): number =>
  0.2126 * red + 0.7152 * green + 0.0722 * blue;

/** The largest difference of two colours in one channel, in levels. */
export const distance = (one: Colour, other: Colour): number =>
  Math.max(Math.abs(one[0] - other[0]), Math.abs(one[1] - other[1]), Math.abs(one[2] - other[2]));
