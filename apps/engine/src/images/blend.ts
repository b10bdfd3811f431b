import type { RgbImage } from '../colour/colouriser.js';
import type { SlicedWork } from '../colour/time-slices.js';

/** The modes of ComfyUI's ImageBlend, in its order. */
export const BLEND_MODES = ['normal', 'multiply', 'screen', 'overlay', 'soft_light', 'difference'] as const;
export type BlendMode = (typeof BLEND_MODES)[number];

/** How much of a picture is blended between two looks at the clock. */
const SAMPLES_AT_ONCE = 1 << 16;

/** Lays `top` over `base`, which has the same size, with a share of `factor` (0 to 1). */
export function* blend(base: RgbImage, top: RgbImage, mode: BlendMode, factor: number): SlicedWork<RgbImage> {
  const table = blendTable(mode, factor);
  const { length } = base.data;
  const data = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    data[i] = table[base.data[i]! * 256 + top.data[i]!]!;
    if (i % SAMPLES_AT_ONCE === 0) yield i / length;
  }
  return { ...base, data };
}

/** The result for every pair of bytes, in floats up to the last step: `table[base * 256 + top]`. */
export function blendTable(mode: BlendMode, factor: number): Uint8ClampedArray {
  const table = new Uint8ClampedArray(256 * 256);
  for (let i = 0; i < table.length; i++) {
    const base = Math.floor(i / 256) / 255;
    const top = (i % 256) / 255;
    table[i] = (base * (1 - factor) + mixed(base, top, mode) * factor) * 255;
  }
  return table;
}

/** Channel values from 0 to 1; `difference` is signed, as in ComfyUI, so that a brighter top ends at black. */
function mixed(base: number, top: number, mode: BlendMode): number {
  switch (mode) {
    case 'normal':
      return top;
    case 'multiply':
      return base * top;
    case 'screen':
      return 1 - (1 - base) * (1 - top);
    case 'overlay':
      return base <= 0.5 ? 2 * base * top : 1 - 2 * (1 - base) * (1 - top);
    case 'soft_light':
      if (top <= 0.5) return base - (1 - 2 * top) * base * (1 - base);
      return base + (2 * top - 1) * (lightened(base) - base);
    case 'difference':
      return base - top;
  }
}

/** The curve of soft light in the W3C compositing specification. */
function lightened(base: number): number {
  return base <= 0.25 ? ((16 * base - 12) * base + 4) * base : Math.sqrt(base);
}
