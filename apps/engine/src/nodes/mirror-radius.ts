import type { RgbImage } from '../colour/colouriser.js';
import { NodeFailure } from './node-failure.js';

/**
 * Refuses a picture that is too small to be mirrored at its edges by `radius` pixels.
 *
 * @throws NodeFailure as PyTorch's reflection padding does on a real server.
 */
export function assertMirrors({ width, height }: RgbImage, radius: number): void {
  const side = radius >= width ? { dimension: 3, length: width } : { dimension: 2, length: height };
  if (radius < side.length) return;
  throw new NodeFailure(
    'RuntimeError',
    'Padding size should be less than the corresponding input dimension, but got: ' +
      `padding (${radius}, ${radius}) at dimension ${side.dimension} of input [1, 3, ${height}, ${width}]`,
  );
}
