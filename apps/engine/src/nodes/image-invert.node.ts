import { sharpFrom, toRgbImage } from '../images/sharp.js';
import type { NodeDefinition } from './node.js';

/** Turns a picture into its negative. */
export const imageInvert: NodeDefinition = {
  className: 'ImageInvert',
  displayName: 'Invert Image',
  description: 'Inverts the colours.',
  category: 'image',
  inputs: { image: { type: 'IMAGE' } },
  outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
  isOutput: false,

  async execute(inputs) {
    const source = await sharpFrom(inputs.image('image'));
    return { outputs: [await toRgbImage(source.negate({ alpha: false }))] };
  },
};
