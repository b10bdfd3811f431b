import { morph, MORPHOLOGY_OPERATIONS, type MorphologyOperation } from '../images/morphology.js';
import { comboInput } from './combo-input.js';
import type { NodeDefinition } from './node.js';
import { runSliced } from './run-sliced.js';

/** Takes out or brings out what is smaller than a square: `open` bright specks, `close` dark ones. */
export const morphology: NodeDefinition = {
  className: 'Morphology',
  displayName: 'ImageMorphology',
  description: 'Grey-scale morphology with a square, on each colour channel.',
  category: 'image/postprocessing',
  inputs: {
    image: { type: 'IMAGE', settings: {} },
    operation: comboInput(MORPHOLOGY_OPERATIONS),
    kernel_size: { type: 'INT', settings: { default: 3, min: 3, max: 999, step: 1 } },
  },
  outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
  isOutput: false,

  async execute(inputs, run) {
    const operation = inputs.text('operation') as MorphologyOperation;
    const work = morph(inputs.image('image'), operation, inputs.number('kernel_size'));
    return { outputs: [await runSliced(work, run)] };
  },
};
