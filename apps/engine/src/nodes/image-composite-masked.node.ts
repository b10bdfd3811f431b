import { composite } from '../images/composite.js';
import { resizeImage, resizeMask } from '../images/resize-image.js';
import type { NodeDefinition } from './node.js';
import { runSliced } from './run-sliced.js';

const OFFSET = { default: 0, min: 0, max: 16384, step: 1 };

/** Lays one picture on another where a mask says so. The mask is scaled to the picture that is laid on top. */
export const imageCompositeMasked: NodeDefinition = {
  className: 'ImageCompositeMasked',
  displayName: 'ImageCompositeMasked',
  description: 'Puts one picture on another, through a mask.',
  category: 'image',
  inputs: {
    destination: { type: 'IMAGE', settings: {} },
    source: { type: 'IMAGE', settings: {} },
    x: { type: 'INT', settings: OFFSET },
    y: { type: 'INT', settings: OFFSET },
    resize_source: { type: 'BOOLEAN', settings: { default: false } },
    mask: { type: 'MASK', settings: {}, optional: true },
  },
  outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
  isOutput: false,

  async execute(inputs, run) {
    const destination = inputs.image('destination');
    const { width, height } = destination;
    const given = inputs.image('source');
    const source = inputs.flag('resize_source')
      ? await resizeImage(given, { width, height, method: 'bilinear', crop: false })
      : given;
    const mask = inputs.optionalMask('mask');
    const work = composite(destination, source, {
      x: inputs.number('x'),
      y: inputs.number('y'),
      ...(mask && { mask: await resizeMask(mask, source.width, source.height) }),
    });
    return { outputs: [await runSliced(work, run)] };
  },
};
