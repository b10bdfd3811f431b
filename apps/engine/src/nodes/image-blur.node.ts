import { blur } from '../images/gaussian.js';
import { assertMirrors } from './mirror-radius.js';
import type { NodeDefinition } from './node.js';
import { runSliced } from './run-sliced.js';

/** Blurs a picture. `sigma` counts in radii, not in pixels. */
export const imageBlur: NodeDefinition = {
  className: 'ImageBlur',
  displayName: 'Image Blur',
  description: 'Gaussian blur.',
  category: 'image/postprocessing',
  inputs: {
    image: { type: 'IMAGE', settings: {} },
    blur_radius: { type: 'INT', settings: { default: 1, min: 1, max: 31, step: 1 } },
    sigma: { type: 'FLOAT', settings: { default: 1, min: 0.1, max: 10, step: 0.1 } },
  },
  outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
  isOutput: false,

  async execute(inputs, run) {
    const image = inputs.image('image');
    const radius = inputs.number('blur_radius');
    assertMirrors(image, radius);
    return { outputs: [await runSliced(blur(image, radius, inputs.number('sigma')), run)] };
  },
};
