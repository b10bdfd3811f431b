import { tabsWithPhotos } from './tab-life.js';
import type { Upload } from './upload.js';

const NONE: readonly Upload[] = [];

/**
 * Every photo of this page that the API has not taken yet, in the order in which they were added. Small, because the home
 * page has it; who sends the photos is in the lazy part.
 */
export class UploadList {
  private readonly listeners = new Set<() => void>();
  private all: readonly Upload[] = NONE;
  private byAlbum = new Map<string | null, readonly Upload[]>();
  private whole: boolean;

  /** @param hasEarlier whether photos of an earlier visit may come to it. */
  constructor(hasEarlier: boolean) {
    this.whole = !hasEarlier;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** False while photos of an earlier visit may be missing: an album without them may seem ready that is not. */
  readonly isWhole = (): boolean => this.whole;

  get uploads(): readonly Upload[] {
    return this.all;
  }

  /** The same array as before unless one of its photos has changed. */
  of(albumId: string | null): readonly Upload[] {
    return this.byAlbum.get(albumId) ?? NONE;
  }

  show(uploads: readonly Upload[]): void {
    const grouped = new Map<string | null, Upload[]>();
    for (const upload of uploads) {
      const album = grouped.get(upload.albumId);
      if (album) album.push(upload);
      else grouped.set(upload.albumId, [upload]);
    }
    const next = new Map<string | null, readonly Upload[]>();
    for (const [albumId, after] of grouped) {
      const before = this.of(albumId);
      const isSame =
        before.length === after.length && after.every((upload, index) => upload === before[index]);
      next.set(albumId, isSame ? before : after);
    }
    this.all = uploads;
    this.byAlbum = next;
    this.tell();
  }

  /** All photos of an earlier visit that can come are here. */
  completed(): void {
    if (this.whole) return;
    this.whole = true;
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** The one list of this page. */
export const uploadList = new UploadList(tabsWithPhotos().length > 0);
