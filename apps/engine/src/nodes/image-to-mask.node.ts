import { comboInput } from './combo-input.js';
import { NodeFailure } from './node-failure.js';
import type { NodeDefinition } from './node.js';

const CHANNELS = ['red', 'green', 'blue', 'alpha'];

/** Takes one colour channel of a picture as a mask. */
export const imageToMask: NodeDefinition = {
  className: 'ImageToMask',
  displayName: 'Convert Image to Mask',
  description: 'Takes a colour channel as mask.',
  category: 'mask',
  inputs: { image: { type: 'IMAGE', settings: {} }, channel: comboInput(CHANNELS) },
  outputs: [{ name: 'MASK', type: 'MASK' }],
  isOutput: false,

  async execute(inputs) {
    const { data, width, height } = inputs.image('image');
    const channel = CHANNELS.indexOf(inputs.text('channel'));
    if (channel > 2) {
      // As on a real server, where pictures mostly have three channels as well.
      throw new NodeFailure('IndexError', 'index 3 is out of bounds for dimension 3 with size 3');
    }
    const mask = new Uint8Array(width * height);
    for (let i = 0; i < mask.length; i++) mask[i] = data[i * 3 + channel]!;
    return { outputs: [{ data: mask, width, height }] };
  },
};
