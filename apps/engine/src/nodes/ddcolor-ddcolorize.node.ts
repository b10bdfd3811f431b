import { CHECKPOINTS, checkpointInput, colourise, SIZE_INPUT } from './colourise.js';
import type { NodeDefinition } from './node.js';

/** What articles call the models; `ddcolor-imagenet` is no checkpoint of any published node. */
const MODELS = [...CHECKPOINTS.flatMap((name) => [name, name.replace('.pth', '')]), 'ddcolor-imagenet'];

/**
 * `DDColor-DDColorize` with `size` and `model`, as workflows in articles name it. No public node pack has this
 * class: a real server refuses it with `missing_node_type`. It is here so that such a workflow can be tried.
 */
export const ddcolorDdcolorize: NodeDefinition = {
  className: 'DDColor-DDColorize',
  displayName: 'DDColor-DDColorize',
  description: 'DDColor_Colorize under the name that articles use. Real servers do not know it.',
  category: 'DDColor',
  inputs: { image: { type: 'IMAGE' }, size: SIZE_INPUT, model: checkpointInput(MODELS) },
  outputs: [{ name: 'image', type: 'IMAGE' }],
  isOutput: false,

  async execute(inputs, run) {
    return { outputs: [await colourise(inputs.image('image'), inputs.number('size'), run)] };
  },
};
