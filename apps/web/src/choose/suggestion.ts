import type { TaskTypeView } from '@app/contracts';
import { offeredTypes } from './offered-types.js';

/** What a look at a photo found; `unknown` where nobody could look, or it took too long. */
export type Sight = 'face' | 'no_face' | 'unknown';

/** What is to be made of a photo for which the person left it to us, and why. */
export interface Suggestion {
  readonly type: string;
  readonly because: Sight;
}

const PEOPLE = 'person';
const PLACES = 'building';

/** Whether there is something to decide: a catalog with a setting for people and one for places. */
export function canDecide(types: readonly TaskTypeView[]): boolean {
  return [PEOPLE, PLACES].every((wanted) => types.some(({ type }) => type === wanted));
}

/**
 * The task type for what was seen. Most old photos show people, so that is what an unseen one is taken for; a catalog
 * without the two settings has its first type taken for all, or `person` where it is not known.
 */
export function suggestionFor(sight: Sight, types: readonly TaskTypeView[]): Suggestion {
  if (!canDecide(types)) return { type: offeredTypes(types)[0]?.type ?? PEOPLE, because: 'unknown' };
  return { type: sight === 'no_face' ? PLACES : PEOPLE, because: sight };
}
