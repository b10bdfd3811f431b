import type { Phase, Photo } from '../photo/photo.js';

/** The states by which archive staff look for photos; `expired` ones failed too: nobody got to them in time. */
export const PHOTO_STATES = ['all', 'unsent', 'waiting', 'working', 'ready', 'failed', 'stopped'] as const;
export type PhotoState = (typeof PHOTO_STATES)[number];

/** Which photos of an album are shown. */
export interface PhotoFilter {
  readonly state: PhotoState;
  /** Part of the file name or of the archive's own id; empty for all. */
  readonly text: string;
}

export const EVERY_PHOTO: PhotoFilter = { state: 'all', text: '' };

const STATE_OF: Record<Phase, Exclude<PhotoState, 'all'>> = {
  checking: 'unsent',
  waiting_to_send: 'unsent',
  paused: 'unsent',
  sending: 'unsent',
  refused: 'unsent',
  lost: 'unsent',
  in_line: 'waiting',
  working: 'working',
  done: 'ready',
  failed: 'failed',
  expired: 'failed',
  stopped: 'stopped',
};

export function stateOf(photo: Photo): Exclude<PhotoState, 'all'> {
  return STATE_OF[photo.phase];
}

/** How many photos are in each state. */
export function countStates(photos: readonly Photo[]): Record<PhotoState, number> {
  const counts = { all: photos.length, unsent: 0, waiting: 0, working: 0, ready: 0, failed: 0, stopped: 0 };
  for (const photo of photos) counts[stateOf(photo)] += 1;
  return counts;
}

/** Those that are shown, in the order of the album. The list itself where all of them are. */
export function filterPhotos(photos: readonly Photo[], { state, text }: PhotoFilter): readonly Photo[] {
  const wanted = foldText(text);
  if (state === 'all' && wanted === '') return photos;
  return photos.filter((photo) => (state === 'all' || stateOf(photo) === state) && says(photo, wanted));
}

function says(photo: Photo, wanted: string): boolean {
  return (
    wanted === '' || foldText(photo.name).includes(wanted) || foldText(photo.clientRef ?? '').includes(wanted)
  );
}

/** Capitals, accents' two spellings and wide letters are no difference to somebody who searches. */
function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim();
}
