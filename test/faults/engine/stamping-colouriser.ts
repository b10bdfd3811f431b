import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Colouriser, ColouriseOptions, RgbImage } from '../../../apps/engine/src/colour/colouriser.js';
import { NodeFailure } from '../../../apps/engine/src/nodes/node-failure.js';
import type { Gate } from '../../support/gate.js';
import { colourOf, numberOf } from '../photos/numbered-photo.js';

/** What the engine does with a photo: it takes so long, and then colours it or fails in one of ComfyUI's ways. */
export interface Deed {
  afterMs?: number;
  /** It is at it until this is opened. */
  gate?: Gate;
  failure?: 'error' | 'out_of_memory' | 'bad_image';
  /** It looks at nothing meanwhile, as a node of one long step on a GPU. */
  deaf?: boolean;
}

/** The words of ComfyUI v0.27.1 and PyTorch for each. */
const FAILURES = {
  error: ['RuntimeError', 'a hiccup'],
  out_of_memory: ['torch.OutOfMemoryError', 'Allocation on device'],
  bad_image: ['PIL.UnidentifiedImageError', 'cannot identify image file'],
} as const;

/** Gives each photo the colours that only it can have, counts how often it was asked, and fails as it is told. */
export class StampingColouriser implements Colouriser {
  readonly colouring = 'preview';
  /** By photo number. */
  readonly runs = new Map<number, number>();
  /** `run` counts from 1, over all attempts and workers. */
  script: (photo: number, run: number) => Deed = () => ({});

  async colourise(image: RgbImage, { signal, onProgress }: ColouriseOptions): Promise<RgbImage> {
    const photo = numberOf(image.data);
    const run = (this.runs.get(photo) ?? 0) + 1;
    this.runs.set(photo, run);
    const { afterMs = 0, gate, failure, deaf = false } = this.script(photo, run);
    onProgress(0.5);
    if (afterMs > 0) await sleep(afterMs, undefined, deaf ? {} : { signal });
    if (gate) await Promise.race([gate.opened, ...(deaf ? [] : [once(signal, 'abort')])]);
    signal.throwIfAborted();
    if (failure) {
      const [type, message] = FAILURES[failure];
      throw new NodeFailure(type, message);
    }
    return { ...image, data: colourOf(image.data) };
  }

  async close(): Promise<void> {}
}
