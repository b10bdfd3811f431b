import type { NodeOutput } from '@app/comfyui';
import { rename, rm, writeFile } from 'node:fs/promises';
import type { RgbImage } from '../colour/colouriser.js';
import type { NodeRun } from '../nodes/node.js';
import { nextOutputName } from '../storage/output-name.js';
import { addPngText, asciiJson } from './png-text.js';
import { sharpFrom } from './sharp.js';

/** What the PNG specification allows as the keyword of a text chunk, less what is outside ASCII. */
const PNG_KEYWORD = /^[\x20-\x7e]{1,79}$/;

/** What SaveImage and PreviewImage have in common. */
export interface SavePngOptions {
  type: 'output' | 'temp';
  prefix: string;
  /** Of zlib, 0 to 9. */
  compressionLevel: number;
}

/**
 * Writes a picture under the next free name of its prefix and gives what clients are told. Like ComfyUI it puts
 * the graph (`prompt`) and what came as `extra_pnginfo` into text chunks. The file appears complete or not at all.
 */
export async function savePng(image: RgbImage, options: SavePngOptions, run: NodeRun): Promise<NodeOutput> {
  const { path, ref } = await nextOutputName(run.folders, options.type, options.prefix, image);
  const encoder = (await sharpFrom(image)).png({ compressionLevel: options.compressionLevel });
  const texts = { prompt: run.graph, ...run.extraData.extra_pnginfo };
  const chunks = Object.entries(texts)
    .filter(([keyword]) => PNG_KEYWORD.test(keyword))
    .map(([keyword, value]) => [keyword, asciiJson(value)] as const);
  const file = addPngText(await encoder.toBuffer(), Object.fromEntries(chunks));
  run.signal.throwIfAborted();
  const partial = `${path}.part`;
  try {
    await writeFile(partial, file);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  return { images: [ref] };
}
