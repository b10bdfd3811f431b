import { sharpFrom, toRgbImage } from '../images/sharp.js';
import { comboInput } from './combo-input.js';
import type { NodeDefinition } from './node.js';

/** Turns a picture clockwise. */
export const imageRotate: NodeDefinition = {
  className: 'ImageRotate',
  displayName: 'Image Rotate',
  description: 'Turns clockwise.',
  category: 'image/transform',
  inputs: {
    image: { type: 'IMAGE', settings: {} },
    rotation: comboInput(['none', '90 degrees', '180 degrees', '270 degrees']),
  },
  outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
  isOutput: false,

  async execute(inputs) {
    const image = inputs.image('image');
    const rotation = inputs.text('rotation');
    if (rotation === 'none') return { outputs: [image] };
    const source = await sharpFrom(image);
    return { outputs: [await toRgbImage(source.rotate(Number.parseInt(rotation, 10)))] };
  },
};
