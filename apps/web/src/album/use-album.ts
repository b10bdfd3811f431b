import type { AlbumLive } from './album-live.js';
import { useCallback, useSyncExternalStore } from 'react';
import { albumStores } from './album-stores.js';

const NO_ALBUM: AlbumLive = { state: 'loading', album: null, tasks: [], link: 'connecting' };
const nothingToHear = () => () => undefined;

/**
 * An album with all its photos, kept up to date by the live socket. All who use the same album share one store, which is
 * kept for some minutes after the last of them has gone. Null: there is none yet (`#/new`).
 */
export function useAlbum(albumId: string | null): AlbumLive {
  const store = albumId === null ? null : albumStores.of(albumId);
  const subscribe = useCallback(
    (listener: () => void) => (store === null ? nothingToHear() : store.subscribe(listener)),
    [store],
  );
  return useSyncExternalStore(subscribe, () => store?.now ?? NO_ALBUM);
}

/** After an album was erased: whoever still looks at it sees that it is gone. */
export function forgetAlbum(albumId: string): void {
  albumStores.forget(albumId);
}
