import type { Colouriser, ColouriseOptions, RgbImage } from './colouriser.js';
import type { PreviewModel } from './preview-colouring.js';
import { runInSlices } from './time-slices.js';

/** Colours by a small network and a face detector that are part of the program. Loads them at the first picture. */
export class PreviewColouriser implements Colouriser {
  readonly colouring = 'preview';
  private model: PreviewModel | undefined;

  async colourise(image: RgbImage, { size, signal, onProgress }: ColouriseOptions): Promise<RgbImage> {
    const { colourPreview } = await import('./preview-colouring.js');
    this.model ??= await loadModel();
    return runInSlices(colourPreview(image, size, this.model), signal, onProgress);
  }

  async close(): Promise<void> {
    this.model = undefined;
  }
}

async function loadModel(): Promise<PreviewModel> {
  const { PREVIEW_WEIGHTS } = await import('./preview-weights.data.js');
  const { FACE_CASCADE } = await import('./face-cascade.data.js');
  const { decodeColourWeights } = await import('./colour-weights.js');
  const { decodeFaceCascade } = await import('./face-cascade.js');
  return { weights: decodeColourWeights(PREVIEW_WEIGHTS), cascade: decodeFaceCascade(FACE_CASCADE) };
}
