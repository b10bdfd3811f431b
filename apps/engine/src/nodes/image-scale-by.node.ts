import { RESIZE_METHODS, scaleImage, type ResizeMethod } from '../images/resize-image.js';
import type { NodeDefinition } from './node.js';

/** Scales a picture by a factor. */
export const imageScaleBy: NodeDefinition = {
  className: 'ImageScaleBy',
  displayName: 'Upscale Image By',
  description: 'Scales both sides by a factor.',
  category: 'image/upscaling',
  inputs: {
    image: { type: 'IMAGE' },
    upscale_method: { type: 'COMBO', choices: async () => RESIZE_METHODS },
    scale_by: { type: 'FLOAT', settings: { default: 1, min: 0.01, max: 8, step: 0.01 } },
  },
  outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
  isOutput: false,

  async execute(inputs) {
    const image = inputs.image('image');
    const factor = inputs.number('scale_by');
    const method = inputs.text('upscale_method') as ResizeMethod;
    const scaled = await scaleImage(image, factor, { method });
    return { outputs: [scaled] };
  },
};
