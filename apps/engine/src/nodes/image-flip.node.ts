import { sharpFrom, toRgbImage } from '../images/sharp.js';
import { comboInput } from './combo-input.js';
import type { NodeDefinition } from './node.js';

/** Mirrors a picture. */
export const imageFlip: NodeDefinition = {
  className: 'ImageFlip',
  displayName: 'Image Flip',
  description: 'Turns top and bottom, or left and right, round.',
  category: 'image/transform',
  inputs: {
    image: { type: 'IMAGE', settings: {} },
    flip_method: comboInput(['x-axis: vertically', 'y-axis: horizontally']),
  },
  outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
  isOutput: false,

  async execute(inputs) {
    const source = await sharpFrom(inputs.image('image'));
    const flipped = inputs.text('flip_method').startsWith('x') ? source.flip() : source.flop();
    return { outputs: [await toRgbImage(flipped)] };
  },
};
