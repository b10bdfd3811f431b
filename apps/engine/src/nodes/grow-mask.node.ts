import { growMask as grow } from '../images/grow-mask.js';
import type { NodeDefinition } from './node.js';
import { runSliced } from './run-sliced.js';

/** Grows a mask by a number of pixels; a negative number shrinks it. */
export const growMask: NodeDefinition = {
  className: 'GrowMask',
  displayName: 'GrowMask',
  description: 'Grows or shrinks a mask.',
  category: 'mask',
  inputs: {
    mask: { type: 'MASK', settings: {} },
    expand: { type: 'INT', settings: { default: 0, min: -16384, max: 16384, step: 1 } },
    tapered_corners: { type: 'BOOLEAN', settings: { default: true, advanced: true } },
  },
  outputs: [{ name: 'MASK', type: 'MASK' }],
  isOutput: false,

  async execute(inputs, run) {
    const work = grow(inputs.mask('mask'), {
      steps: inputs.number('expand'),
      taperedCorners: inputs.flag('tapered_corners'),
    });
    return { outputs: [await runSliced(work, run)] };
  },
};
