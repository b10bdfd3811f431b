import type { NodeDefinition } from './node.js';

/** Tells the size of a picture to other nodes. */
export const getImageSize: NodeDefinition = {
  className: 'GetImageSize',
  displayName: 'Get Image Size',
  description: 'Gives width and height, and 1 as the size of the batch.',
  category: 'image',
  inputs: { image: { type: 'IMAGE', settings: {} } },
  hidden: { unique_id: 'UNIQUE_ID' },
  outputs: [
    { name: 'width', type: 'INT' },
    { name: 'height', type: 'INT' },
    { name: 'batch_size', type: 'INT' },
  ],
  isOutput: false,

  async execute(inputs) {
    const { width, height } = inputs.image('image');
    return { outputs: [width, height, 1] };
  },
};
