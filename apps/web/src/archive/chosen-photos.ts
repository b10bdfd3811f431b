import { canRetry } from '../photo/photo-counts.js';
import type { Photo } from '../photo/photo.js';
import { stateOf } from './photo-filter.js';

/** The chosen photos, and to which of them what can be done. All in the order of the album. */
export interface ChosenPhotos {
  readonly all: readonly Photo[];
  /** How many of them the filter hides. */
  readonly hidden: number;
  readonly savable: readonly Photo[];
  /** What was stopped is tried again where it is meant by name, as it is here. */
  readonly retryable: readonly Photo[];
  readonly stoppable: readonly Photo[];
}

/** Finds the chosen photos; one that became a task since it was chosen is still chosen. */
export function findChosen(
  photos: readonly Photo[],
  shown: readonly Photo[],
  keys: ReadonlySet<string>,
): ChosenPhotos {
  const all = photos.filter((photo) => isChosen(photo, keys));
  const inState = (...states: readonly string[]) =>
    all.filter((photo) => photo.task !== null && states.includes(stateOf(photo)));
  return {
    all,
    hidden: shown === photos ? 0 : all.length - shown.filter((photo) => isChosen(photo, keys)).length,
    savable: inState('ready'),
    retryable: all.filter((photo) => photo.task !== null && canRetry(photo)),
    stoppable: inState('waiting', 'working'),
  };
}

/** The photos that were chosen before they were sent, and have another key since. */
export function findRenamed(
  photos: readonly Photo[],
  keys: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const sent = photos.filter(
    ({ key, uploadId }) => uploadId !== null && uploadId !== key && keys.has(uploadId),
  );
  return new Map(sent.map(({ key, uploadId }) => [uploadId!, key]));
}

/** Whether a photo is chosen: by its key, or by the one that it had before it was sent. */
export function isChosen(photo: Photo, keys: ReadonlySet<string>): boolean {
  return keys.has(photo.key) || (photo.uploadId !== null && keys.has(photo.uploadId));
}

/** The ids of the tasks that the photos are. */
export function taskIdsOf(photos: readonly Photo[]): string[] {
  return photos.flatMap(({ task }) => (task === null ? [] : [task.id]));
}
