import type { Colouriser } from './colouriser.js';
import { PreviewColouriser } from './preview-colouriser.js';

export interface ColouriserSources {
  /** Path of a DDColor model in ONNX format; without it, colours are the quick preview. */
  onnxPath?: string;
}

/** Picks the way of colouring. Rejects with a ColourModelError when a given model cannot be used. */
export async function createColouriser({ onnxPath }: ColouriserSources): Promise<Colouriser> {
  if (onnxPath === undefined) return new PreviewColouriser();
  const { openDdcolor } = await import('./ddcolor-colouriser.js');
  return openDdcolor(onnxPath);
}
