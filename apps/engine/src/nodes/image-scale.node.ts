import { RESIZE_METHODS, resizeImage, sideOf, type ResizeMethod } from '../images/resize-image.js';
import type { NodeDefinition } from './node.js';

const SIDE = { default: 512, min: 0, max: 16384, step: 1 };

/** Scales a picture to a size. A side of 0 follows from the other one; two of them leave the picture as it is. */
export const imageScale: NodeDefinition = {
  className: 'ImageScale',
  displayName: 'Upscale Image',
  description: 'Scales to a width and a height.',
  category: 'image/upscaling',
  inputs: {
    image: { type: 'IMAGE' },
    upscale_method: { type: 'COMBO', choices: async () => RESIZE_METHODS },
    width: { type: 'INT', settings: SIDE },
    height: { type: 'INT', settings: SIDE },
    crop: { type: 'COMBO', choices: async () => ['disabled', 'center'] },
  },
  outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
  isOutput: false,

  async execute(inputs) {
    const image = inputs.image('image');
    const width = inputs.number('width');
    const height = inputs.number('height');
    if (width === 0 && height === 0) return { outputs: [image] };
    const scaled = await resizeImage(image, {
      width: width || sideOf((image.width * height) / image.height),
      height: height || sideOf((image.height * width) / image.width),
      method: inputs.text('upscale_method') as ResizeMethod,
      crop: inputs.text('crop') === 'center',
    });
    return { outputs: [scaled] };
  },
};
