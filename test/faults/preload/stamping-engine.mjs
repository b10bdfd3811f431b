import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { colourOf, numberOf } from '../photos/stamp.mjs';
import { wrapMethod } from './wrap-method.mjs';

/**
 * Loaded before the built-in engine: it gives each photo the colours that only that one can have, after some tens of
 * milliseconds, and writes the photo's number to a line of the file ENGINE_RUNS_FILE each time that it begins.
 */
const { ENGINE_RUNS_FILE: runsFile } = process.env;

/** Between two photos of different length. */
const STEP_MS = 15;

await wrapMethod(
  { module: 'apps/engine/src/colour/preview-colouriser.js', owner: 'PreviewColouriser', method: 'colourise' },
  async (_call, _self, [image, { signal, onProgress }]) => {
    const photo = numberOf(image.data);
    appendFileSync(runsFile, `${photo}\n`);
    onProgress(0.5);
    await sleep((photo % 7) * STEP_MS, undefined, { signal });
    return { ...image, data: colourOf(image.data) };
  },
);
