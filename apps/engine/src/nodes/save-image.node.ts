import { savePng } from '../images/save-png.js';
import type { NodeDefinition } from './node.js';

/** Writes a picture to the output folder. Like ComfyUI v0.27.1 it also passes the picture on. */
export const saveImage: NodeDefinition = {
  className: 'SaveImage',
  displayName: 'Save Image',
  description: 'Saves the picture as PNG in the output folder.',
  category: 'image',
  inputs: {
    images: { type: 'IMAGE', settings: { tooltip: 'The images to save.' } },
    filename_prefix: {
      type: 'STRING',
      settings: {
        default: 'ComfyUI',
        tooltip: 'How the file name begins. May name subfolders, and %width%, %height%, %year% and so on.',
      },
    },
  },
  hidden: { prompt: 'PROMPT', extra_pnginfo: 'EXTRA_PNGINFO' },
  outputs: [{ name: 'images', type: 'IMAGE' }],
  isOutput: true,

  async execute(inputs, run) {
    const image = inputs.image('images');
    // Level 4 is ComfyUI's: PNG is lossless, so this only trades time for size.
    const ui = await savePng(
      image,
      { type: 'output', prefix: inputs.text('filename_prefix'), compressionLevel: 4 },
      run,
    );
    return { outputs: [image], ui };
  },
};
