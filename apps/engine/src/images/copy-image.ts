import type { RgbImage } from '../colour/colouriser.js';

/**
 * A copy with pixels of its own, to be worked on in place: the pictures that nodes get belong to others. Not by
 * `data.slice()`: what sharp gives is a Buffer, whose `slice` shares the memory.
 */
export function copyImage(image: RgbImage): RgbImage {
  return { ...image, data: new Uint8Array(image.data) };
}
