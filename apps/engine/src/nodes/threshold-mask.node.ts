import type { NodeDefinition } from './node.js';

/** Makes a mask hard: all of a pixel above the threshold, nothing of the others. */
export const thresholdMask: NodeDefinition = {
  className: 'ThresholdMask',
  displayName: 'ThresholdMask',
  description: 'Makes a mask black and white.',
  category: 'mask',
  inputs: {
    mask: { type: 'MASK', settings: {} },
    value: { type: 'FLOAT', settings: { default: 0.5, min: 0, max: 1, step: 0.01 } },
  },
  outputs: [{ name: 'MASK', type: 'MASK' }],
  isOutput: false,

  async execute(inputs) {
    const mask = inputs.mask('mask');
    const threshold = inputs.number('value') * 255;
    return { outputs: [{ ...mask, data: mask.data.map((value) => (value > threshold ? 255 : 0)) }] };
  },
};
