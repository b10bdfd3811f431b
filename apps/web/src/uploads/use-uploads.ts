import { useEffect, useSyncExternalStore } from 'react';
import { useAlbum } from '../album/use-album.js';
import { albumTasks } from './album-tasks.js';
import { draftNews, type DraftState } from './draft-news.js';
import type { Upload, UploadTotals } from './upload.js';
import { uploadList } from './upload-list.js';
import { totalsOf } from './upload-totals.js';

/**
 * The photos of an album that are still on this device, in the order in which they were added. One that was accepted is
 * among them until the page has shown it as a task of the album: with it goes the last word on which task it became.
 */
export function useUploads(albumId: string | null): readonly Upload[] {
  const uploads = useSyncExternalStore(uploadList.subscribe, () => uploadList.of(albumId));
  const { tasks } = useAlbum(albumId);
  useEffect(() => {
    if (albumId !== null) albumTasks.saw(albumId, tasks);
  }, [albumId, tasks]);
  return uploads;
}

/** False until the photos that an earlier visit left on this device are among those of `useUploads`. */
export function useAreUploadsWhole(): boolean {
  return useSyncExternalStore(uploadList.subscribe, uploadList.isWhole);
}

/** How sending goes for an album on the whole. */
export function useUploadTotals(albumId: string | null): UploadTotals {
  const totals = totalsOf(albumId);
  return useSyncExternalStore(totals.subscribe, totals.current);
}

/** The album that was begun on the home page: made at the API as soon as that answers. */
export function useDraftAlbum(): DraftState {
  return useSyncExternalStore(draftNews.subscribe, draftNews.current);
}
