import type { NodeDefinition } from './node.js';

/** Turns what a mask takes in and what it leaves out round. */
export const invertMask: NodeDefinition = {
  className: 'InvertMask',
  displayName: 'InvertMask',
  description: 'Inverts a mask.',
  category: 'mask',
  inputs: { mask: { type: 'MASK', settings: {} } },
  outputs: [{ name: 'MASK', type: 'MASK' }],
  isOutput: false,

  async execute(inputs) {
    const mask = inputs.mask('mask');
    return { outputs: [{ ...mask, data: mask.data.map((value) => 255 - value) }] };
  },
};
