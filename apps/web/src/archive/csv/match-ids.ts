import type { Photo } from '../../photo/photo.js';
import { foldName, type IdEntry } from './id-list.js';

/** What a list means for the photos of an album. All in the order of the album, or of the list. */
export interface IdMatch {
  /** For `uploadCenter.setClientRefs`: by the names of the photos where they are here, else as the list writes them. */
  readonly refs: ReadonlyMap<string, string>;
  /** Not sent yet: they take their id along. */
  readonly taking: readonly Photo[];
  /** Sent with this very id, or about to be. */
  readonly having: readonly Photo[];
  /** Sent with another id or none: an id goes with the photo when it is sent, and stays. */
  readonly tooLate: readonly Photo[];
  /** In the album, not in the list. */
  readonly unlisted: readonly Photo[];
  /** In the list, not in the album (yet): they get their id when they are added. */
  readonly missing: readonly IdEntry[];
  /** Names of which the album has several photos: each of them gets the same id. */
  readonly doubledPhotos: readonly string[];
}

/** Finds the photo of each row by its file name; a name without its ending is enough where it is clear. */
export function matchIds(entries: readonly IdEntry[], photos: readonly Photo[]): IdMatch {
  const byName = new Map(entries.map((entry) => [foldName(entry.name), entry]));
  const refs = new Map<string, string>();
  const [taking, having, tooLate, unlisted] = [[], [], [], []] as Photo[][] as [
    Photo[],
    Photo[],
    Photo[],
    Photo[],
  ];
  const found = new Set<IdEntry>();
  for (const photo of photos) {
    const entry = byName.get(foldName(photo.name)) ?? byName.get(stemOf(foldName(photo.name)));
    if (entry === undefined) {
      unlisted.push(photo);
      continue;
    }
    found.add(entry);
    refs.set(photo.name, entry.ownId);
    if (photo.clientRef === entry.ownId) having.push(photo);
    else if (photo.task === null) taking.push(photo);
    else tooLate.push(photo);
  }
  const missing = entries.filter((entry) => !found.has(entry));
  for (const { name, ownId } of missing) refs.set(name, ownId);
  return { refs, taking, having, tooLate, unlisted, missing, doubledPhotos: doubledNamesOf(photos) };
}

function stemOf(name: string): string {
  return name.replace(/\.[^.]*$/, '');
}

function doubledNamesOf(photos: readonly Photo[]): string[] {
  const [seen, doubled] = [new Set<string>(), new Set<string>()];
  for (const { name } of photos) (seen.has(name) ? doubled : seen).add(name);
  return [...doubled];
}
