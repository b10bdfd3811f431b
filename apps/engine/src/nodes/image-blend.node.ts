import { blend, BLEND_MODES, type BlendMode } from '../images/blend.js';
import { resizeImage } from '../images/resize-image.js';
import { comboInput } from './combo-input.js';
import type { NodeDefinition } from './node.js';
import { runSliced } from './run-sliced.js';

/** Lays a second picture over the first. One of another size is scaled and cut to it. */
export const imageBlend: NodeDefinition = {
  className: 'ImageBlend',
  displayName: 'Image Blend',
  description: 'Blends two pictures.',
  category: 'image/postprocessing',
  inputs: {
    image1: { type: 'IMAGE', settings: {} },
    image2: { type: 'IMAGE', settings: {} },
    blend_factor: { type: 'FLOAT', settings: { default: 0.5, min: 0, max: 1, step: 0.01 } },
    blend_mode: comboInput(BLEND_MODES),
  },
  outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
  isOutput: false,

  async execute(inputs, run) {
    const base = inputs.image('image1');
    const { width, height } = base;
    const top = await resizeImage(inputs.image('image2'), { width, height, method: 'bicubic', crop: true });
    const work = blend(base, top, inputs.text('blend_mode') as BlendMode, inputs.number('blend_factor'));
    return { outputs: [await runSliced(work, run)] };
  },
};
