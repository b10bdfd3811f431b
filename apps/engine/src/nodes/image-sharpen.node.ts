import { sharpen } from '../images/gaussian.js';
import { assertMirrors } from './mirror-radius.js';
import type { NodeDefinition } from './node.js';
import { runSliced } from './run-sliced.js';

/** Sharpens a picture, ten times as much as `alpha` makes one think. */
export const imageSharpen: NodeDefinition = {
  className: 'ImageSharpen',
  displayName: 'Image Sharpen',
  description: 'Unsharp mask.',
  category: 'image/postprocessing',
  inputs: {
    image: { type: 'IMAGE', settings: {} },
    sharpen_radius: { type: 'INT', settings: { default: 1, min: 1, max: 31, step: 1, advanced: true } },
    sigma: { type: 'FLOAT', settings: { default: 1, min: 0.1, max: 10, step: 0.01, advanced: true } },
    alpha: { type: 'FLOAT', settings: { default: 1, min: 0, max: 5, step: 0.01, advanced: true } },
  },
  outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
  isOutput: false,

  async execute(inputs, run) {
    const image = inputs.image('image');
    const radius = inputs.number('sharpen_radius');
    assertMirrors(image, radius);
    const work = sharpen(image, radius, inputs.number('sigma'), inputs.number('alpha'));
    return { outputs: [await runSliced(work, run)] };
  },
};
