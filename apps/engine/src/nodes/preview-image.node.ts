import { randomInt } from 'node:crypto';
import { savePng } from '../images/save-png.js';
import type { NodeDefinition } from './node.js';

/** Five random letters for each start of the engine, so that a preview of an earlier start is never meant. */
const PREFIX = `ComfyUI_temp_${Array.from({ length: 5 }, () => String.fromCharCode(97 + randomInt(26))).join('')}`;

/** Writes a picture to the temp folder, which is emptied at every start. */
export const previewImage: NodeDefinition = {
  className: 'PreviewImage',
  displayName: 'Preview Image',
  description: 'Saves the picture as PNG in the temp folder.',
  category: 'image',
  inputs: { images: { type: 'IMAGE' } },
  hidden: { prompt: 'PROMPT', extra_pnginfo: 'EXTRA_PNGINFO' },
  outputs: [{ name: 'images', type: 'IMAGE' }],
  isOutput: true,

  async execute(inputs, run) {
    const image = inputs.image('images');
    const ui = await savePng(image, { type: 'temp', prefix: PREFIX, compressionLevel: 1 }, run);
    return { outputs: [image], ui };
  },
};
