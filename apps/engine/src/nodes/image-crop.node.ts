import { sharpFrom, toRgbImage } from '../images/sharp.js';
import type { NodeDefinition } from './node.js';

const SIDE = { default: 512, min: 1, max: 16384, step: 1 };
const OFFSET = { default: 0, min: 0, max: 16384, step: 1 };

/** Cuts a rectangle out. It begins inside the picture at the latest at its last pixel, and ends with the picture. */
export const imageCrop: NodeDefinition = {
  className: 'ImageCrop',
  displayName: 'Image Crop',
  description: 'Cuts a rectangle out.',
  category: 'image/transform',
  inputs: {
    image: { type: 'IMAGE', settings: {} },
    width: { type: 'INT', settings: SIDE },
    height: { type: 'INT', settings: SIDE },
    x: { type: 'INT', settings: OFFSET },
    y: { type: 'INT', settings: OFFSET },
  },
  outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
  isOutput: false,

  async execute(inputs) {
    const image = inputs.image('image');
    const left = Math.min(inputs.number('x'), image.width - 1);
    const top = Math.min(inputs.number('y'), image.height - 1);
    const width = Math.min(inputs.number('width'), image.width - left);
    const height = Math.min(inputs.number('height'), image.height - top);
    const source = await sharpFrom(image);
    return { outputs: [await toRgbImage(source.extract({ left, top, width, height }))] };
  },
};
