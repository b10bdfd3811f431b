import type { NodeDefinition } from './node.js';

/** Shows a mask as a grey picture. */
export const maskToImage: NodeDefinition = {
  className: 'MaskToImage',
  displayName: 'Convert Mask to Image',
  description: 'Makes a grey picture of a mask.',
  category: 'mask',
  inputs: { mask: { type: 'MASK', settings: {} } },
  outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
  isOutput: false,

  async execute(inputs) {
    const { data, width, height } = inputs.mask('mask');
    const pixels = new Uint8Array(data.length * 3);
    for (let i = 0; i < data.length; i++) pixels.fill(data[i]!, i * 3, i * 3 + 3);
    return { outputs: [{ data: pixels, width, height }] };
  },
};
