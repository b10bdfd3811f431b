import { deviceStore } from '../device/device-store.js';
import { EVERY_PHOTO, type PhotoFilter } from './photo-filter.js';
import { NOTHING_SELECTED, type Selected } from './photo-selection.js';

/** How the photos of an album are laid out. */
export type GalleryView = 'grid' | 'list';

/** What a person has set in the tools of one album. */
export interface GallerySettings {
  readonly filter: PhotoFilter;
  readonly view: GalleryView;
  readonly isSelecting: boolean;
  readonly selected: Selected;
}

const VIEW_KEY = 'photo-repair.gallery-view';

/**
 * The tools of all albums that were looked at since the page was opened: who filters, opens a photo and comes back finds
 * the same photos. The layout is remembered on this device, for all albums.
 */
class GalleryToolsStore {
  private readonly settings = new Map<string | null, GallerySettings>();
  private readonly listeners = new Set<() => void>();
  private view: GalleryView = deviceStore.getItem(VIEW_KEY) === 'list' ? 'list' : 'grid';

  read(albumId: string | null): GallerySettings {
    let found = this.settings.get(albumId);
    if (found?.view !== this.view) {
      found = {
        filter: EVERY_PHOTO,
        isSelecting: false,
        selected: NOTHING_SELECTED,
        ...found,
        view: this.view,
      };
      this.settings.set(albumId, found);
    }
    return found;
  }

  change(albumId: string | null, change: (settings: GallerySettings) => Partial<GallerySettings>): void {
    const before = this.read(albumId);
    const after = { ...before, ...change(before) };
    this.settings.set(albumId, after);
    if (after.view !== this.view) {
      this.view = after.view;
      deviceStore.setItem(VIEW_KEY, after.view);
    }
    for (const listener of this.listeners) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
}

export const galleryTools = new GalleryToolsStore();
