import type { Photo } from './task-state.js';

/** What this device keeps of a photo between two visits. */
export type RememberedPhoto = Pick<Photo, 'key' | 'name' | 'type' | 'thumbnail'> & {
  readonly taskId: string;
};

const STORE_KEY = 'photo-repair.photos';
/** With 5 kB of thumbnail each this stays below the 5 MB that browsers allow a site. */
const MOST_REMEMBERED = 500;

/** Remembers the photos that the API has taken, the newest 500, if they are other ones than `before`. */
export function rememberPhotos(store: Storage, before: readonly Photo[], photos: readonly Photo[]): void {
  const kept = photos.flatMap(remembered);
  if (sameList(before.flatMap(remembered), kept)) return;
  const newest = kept.slice(0, MOST_REMEMBERED);
  // Full: the pictures are the luxury, the list is not.
  if (!write(store, newest)) {
    write(
      store,
      newest.map((photo) => ({ ...photo, thumbnail: null })),
    );
  }
}

/** What an earlier visit remembered; entries that we cannot read are left out. */
export function recallPhotos(store: Storage): RememberedPhoto[] {
  let entries: unknown;
  try {
    entries = JSON.parse(store.getItem(STORE_KEY) ?? '[]');
  } catch {
    return [];
  }
  return Array.isArray(entries) ? entries.filter(isRemembered) : [];
}

function write(store: Storage, photos: readonly RememberedPhoto[]): boolean {
  try {
    store.setItem(STORE_KEY, JSON.stringify(photos));
    return true;
  } catch {
    return false;
  }
}

function isRemembered(entry: unknown): entry is RememberedPhoto {
  if (typeof entry !== 'object' || entry === null) return false;
  const { key, name, type, thumbnail, taskId } = entry as Record<string, unknown>;
  const picture =
    thumbnail === null || (typeof thumbnail === 'string' && thumbnail.startsWith('data:image/jpeg;'));
  return [key, name, type, taskId].every((text) => typeof text === 'string') && picture;
}

function remembered({ key, name, type, thumbnail, taskId, phase }: Photo): RememberedPhoto[] {
  return taskId === null || phase === 'gone' ? [] : [{ key, name, type, thumbnail, taskId }];
}

function sameList(some: readonly RememberedPhoto[], others: readonly RememberedPhoto[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ taskId, thumbnail }, index) => {
      const other = others[index];
      return taskId === other?.taskId && thumbnail === other.thumbnail;
    })
  );
}
