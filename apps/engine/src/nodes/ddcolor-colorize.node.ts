import { CHECKPOINTS, checkpointInput, colourise, SIZE_INPUT } from './colourise.js';
import type { NodeDefinition } from './node.js';

/** The node of kijai/ComfyUI-DDColor, which most DDColor workflows name. */
export const ddcolorColorize: NodeDefinition = {
  className: 'DDColor_Colorize',
  displayName: 'DDColor_Colorize',
  description: 'Colours a black-and-white picture. The size of the picture stays.',
  category: 'DDColor',
  inputs: {
    image: { type: 'IMAGE' },
    model_input_size: SIZE_INPUT,
    checkpoint: checkpointInput(CHECKPOINTS),
  },
  outputs: [{ name: 'colorized_image', type: 'IMAGE' }],
  isOutput: false,

  async execute(inputs, run) {
    return { outputs: [await colourise(inputs.image('image'), inputs.number('model_input_size'), run)] };
  },
};

/** The same under the class name of hay86/ComfyUI_DDColor. */
export const dDdcolor: NodeDefinition = {
  ...ddcolorColorize,
  className: 'D_DDColor',
  displayName: 'DDColor',
};
