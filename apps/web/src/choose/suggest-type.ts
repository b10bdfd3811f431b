import type { TaskTypeView } from '@app/contracts';
import { FaceLookout } from './face-lookout.js';
import { canDecide, suggestionFor, type Suggestion } from './suggestion.js';

export type { Suggestion } from './suggestion.js';

const lookout = new FaceLookout(
  () => new Worker(new URL('./face-worker.ts', import.meta.url), { type: 'module' }),
);

/**
 * What to make of a photo for which the person left it to us: `person` where a face is seen, `building` where none is.
 * The photo is looked at on this device and leaves nobody. One photo at a time, each for some seconds at most; never
 * throws: what could not be looked at is `unknown`.
 */
export async function suggestType(file: Blob, types: readonly TaskTypeView[]): Promise<Suggestion> {
  return suggestionFor(canDecide(types) ? await lookout.look(file) : 'unknown', types);
}
