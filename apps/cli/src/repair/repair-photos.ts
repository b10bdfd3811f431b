import { setMaxListeners } from 'node:events';
import PQueue from 'p-queue';
import { TaskApi } from './task-api.js';
import { repairPhoto, type PhotoOutcome } from './repair-photo.js';
import type { PhotoProgress } from './photo-progress.js';
import { ResultNames } from './photo-list.js';

/** More at once would only make each upload slower and hold more memory. */
const UPLOADS_AT_ONCE = 8;
const POLL_MS = 500;
/** With many photos on their way all of them together ask this often at most. */
const POLLS_PER_SECOND = 40;

/** One photo to send. */
export interface PhotoToRepair {
  photo: string;
  type: string;
}

/** How and where. */
export interface RepairOptions {
  url: string;
  /** Undefined: as a visitor. */
  apiKey: string | undefined;
  outDir: string;
  overwrite: boolean;
  parameters: Record<string, unknown>;
  progress: PhotoProgress;
  signal: AbortSignal;
}

/**
 * Sends all photos (eight at a time), waits for all and saves the results. Outcomes come in the order given.
 * @throws ApiRefusal where there is no such task type; no further photo is sent then.
 */
export async function repairPhotos(
  photos: readonly PhotoToRepair[],
  options: RepairOptions,
): Promise<PhotoOutcome[]> {
  const api = new TaskApi(options.url, options.apiKey);
  const uploads = new PQueue({ concurrency: UPLOADS_AT_ONCE });
  const names = new ResultNames(options.outDir, options.overwrite);
  let onTheirWay = photos.length;
  const { progress } = options;
  const hopeless = new AbortController();
  const signal = AbortSignal.any([options.signal, hopeless.signal]);
  // Every photo on its way listens to the one signal; Node would warn of a leak from the eleventh on.
  setMaxListeners(0, signal);
  try {
    return await Promise.all(
      photos.map(async ({ photo, type }, index) => {
        const outcome = await repairPhoto({
          api,
          photo,
          type,
          parameters: options.parameters,
          upload: (work) => uploads.add(work, { signal }),
          pollMs: () => Math.max(POLL_MS, (onTheirWay / POLLS_PER_SECOND) * 1000),
          target: () => names.next(photo),
          onStep: (step) => progress.step(index, step),
          signal,
        }).catch((error: unknown) => {
          hopeless.abort(error);
          throw error;
        });
        onTheirWay -= 1;
        progress.done(index, outcome);
        return outcome;
      }),
    );
  } finally {
    progress.close();
  }
}
