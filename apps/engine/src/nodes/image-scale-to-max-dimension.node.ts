import { scaleImage, type ResizeMethod } from '../images/resize-image.js';
import { comboInput } from './combo-input.js';
import { NodeFailure } from './node-failure.js';
import type { NodeDefinition } from './node.js';

/** The order of the real node, which names one of them twice. */
const METHODS = ['area', 'lanczos', 'bilinear', 'nearest-exact', 'bilinear', 'bicubic'];

/** Scales a picture, up or down, so that its longer side has a length. */
export const imageScaleToMaxDimension: NodeDefinition = {
  className: 'ImageScaleToMaxDimension',
  displayName: 'Scale Image to Max Dimension',
  description: 'Scales the longer side to a length.',
  category: 'image/upscaling',
  inputs: {
    image: { type: 'IMAGE', settings: {} },
    upscale_method: comboInput(METHODS),
    largest_size: { type: 'INT', settings: { default: 512, min: 0, max: 16384, step: 1 } },
  },
  outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
  isOutput: false,

  async execute(inputs) {
    const image = inputs.image('image');
    const largest = inputs.number('largest_size');
    if (largest === 0)
      throw new NodeFailure('RuntimeError', 'Input and output sizes should be greater than 0');
    const factor = largest / Math.max(image.width, image.height);
    const method = inputs.text('upscale_method') as ResizeMethod;
    const scaled = await scaleImage(image, factor, { method });
    return { outputs: [scaled] };
  },
};
