import { useMemo, useSyncExternalStore } from 'react';
import { galleryTools, type GalleryView } from './gallery-tools-store.js';
import type { PhotoFilter } from './photo-filter.js';
import { NOTHING_SELECTED, renameKeys, selectAll, toggleOne, toggleRange } from './photo-selection.js';

/** The choosing of photos. Keys of photos that are gone may stay in `keys`; `selectedPhotos` leaves them out. */
export interface GallerySelection {
  readonly isOn: boolean;
  readonly keys: ReadonlySet<string>;
  /** Ends with nothing chosen. */
  setOn: (on: boolean) => void;
  /** `range`: with the shift key, all from the last one to this one in the order in which they are shown. */
  toggle: (key: string, how: { range?: boolean; order: readonly string[] }) => void;
  selectAll: (keys: readonly string[]) => void;
  clear: () => void;
  /** Photos that were sent have other keys from then on, and stay chosen. */
  rename: (renamed: ReadonlyMap<string, string>) => void;
}

/** What the toolbar, the bar of the chosen ones and the gallery of one album have in common. */
export interface GalleryTools {
  readonly filter: PhotoFilter;
  setFilter: (filter: PhotoFilter) => void;
  readonly view: GalleryView;
  setView: (view: GalleryView) => void;
  readonly selection: GallerySelection;
}

/** The tools of one album; null is the album that is not made yet. The object stays the same until something is set. */
export function useGalleryTools(albumId: string | null): GalleryTools {
  const settings = useSyncExternalStore(galleryTools.subscribe, () => galleryTools.read(albumId));
  return useMemo(
    () => ({
      filter: settings.filter,
      setFilter: (filter) => galleryTools.change(albumId, () => ({ filter })),
      view: settings.view,
      setView: (view) => galleryTools.change(albumId, () => ({ view })),
      selection: {
        isOn: settings.isSelecting,
        keys: settings.selected.keys,
        setOn: (isSelecting) =>
          galleryTools.change(albumId, () => ({
            isSelecting,
            ...(!isSelecting && { selected: NOTHING_SELECTED }),
          })),
        toggle: (key, { range = false, order }) =>
          galleryTools.change(albumId, ({ selected }) => ({
            isSelecting: true,
            selected: range ? toggleRange(selected, key, order) : toggleOne(selected, key),
          })),
        selectAll: (keys) =>
          galleryTools.change(albumId, ({ selected }) => ({
            isSelecting: true,
            selected: selectAll(selected, keys),
          })),
        clear: () => galleryTools.change(albumId, () => ({ selected: NOTHING_SELECTED })),
        rename: (renamed) =>
          galleryTools.change(albumId, ({ selected }) => ({ selected: renameKeys(selected, renamed) })),
      },
    }),
    [albumId, settings],
  );
}
