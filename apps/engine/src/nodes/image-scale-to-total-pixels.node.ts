import { RESIZE_METHODS, scaleImage, type ResizeMethod } from '../images/resize-image.js';
import { comboInput } from './combo-input.js';
import type { NodeDefinition } from './node.js';

/** ComfyUI's megapixel. */
const MEGAPIXEL = 1024 * 1024;

/** Scales a picture to a number of pixels and keeps its shape; both sides become multiples of `resolution_steps`. */
export const imageScaleToTotalPixels: NodeDefinition = {
  className: 'ImageScaleToTotalPixels',
  displayName: 'Scale Image to Total Pixels',
  description: 'Scales to a number of megapixels.',
  category: 'image/upscaling',
  inputs: {
    image: { type: 'IMAGE', settings: {} },
    upscale_method: comboInput(RESIZE_METHODS),
    megapixels: { type: 'FLOAT', settings: { default: 1, min: 0.01, max: 16, step: 0.01 } },
    resolution_steps: { type: 'INT', settings: { default: 1, min: 1, max: 256, advanced: true } },
  },
  outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
  isOutput: false,

  async execute(inputs) {
    const image = inputs.image('image');
    const step = inputs.number('resolution_steps');
    const factor = Math.sqrt((inputs.number('megapixels') * MEGAPIXEL) / (image.width * image.height));
    const method = inputs.text('upscale_method') as ResizeMethod;
    const scaled = await scaleImage(image, factor, { method, step });
    return { outputs: [scaled] };
  },
};
