import { assertFits } from '../images/resize-image.js';
import { loadSharp, toRgbImage } from '../images/sharp.js';
import type { NodeDefinition } from './node.js';

const SIDE = { default: 512, min: 1, max: 16384, step: 1 };

/** A picture of one colour, to be blended with. One only: there are no batches here. */
export const emptyImage: NodeDefinition = {
  className: 'EmptyImage',
  displayName: 'EmptyImage',
  description: 'Makes a picture of one colour.',
  category: 'image',
  inputs: {
    width: { type: 'INT', settings: SIDE },
    height: { type: 'INT', settings: SIDE },
    batch_size: { type: 'INT', settings: { default: 1, min: 1, max: 1 } },
    color: { type: 'INT', settings: { default: 0, min: 0, max: 0xffffff, step: 1, display: 'color' } },
  },
  outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
  isOutput: false,

  async execute(inputs) {
    const width = inputs.number('width');
    const height = inputs.number('height');
    assertFits(width, height);
    const colour = inputs.number('color');
    const background = { r: colour >> 16, g: (colour >> 8) & 255, b: colour & 255 };
    const sharp = await loadSharp();
    const create = { width, height, channels: 3 as const, background };
    return { outputs: [await toRgbImage(sharp({ create, limitInputPixels: false }))] };
  },
};
