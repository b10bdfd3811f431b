import type { LinkAccess } from '@app/contracts';
import { useSyncExternalStore } from 'react';
import { deviceStore } from './device-store.js';
import { addAlbum, readAlbums, removeAlbum, type SharedAlbum } from './shared-albums.js';

const KEY = 'photo-repair.shared-albums';

/** Albums of others that a link has opened on this device. */
class MyAlbums {
  private readonly listeners = new Set<() => void>();
  private albums = readAlbums(deviceStore.getItem(KEY));

  constructor() {
    // Another tab has opened a link.
    window.addEventListener('storage', (event) => {
      if (event.key === KEY) this.take(readAlbums(event.newValue));
    });
  }

  readonly read = (): readonly SharedAlbum[] => this.albums;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  change(albums: readonly SharedAlbum[]): void {
    try {
      deviceStore.setItem(KEY, JSON.stringify(albums));
    } catch (error) {
      // A full store costs the entry at the next visit, not this one.
      console.warn('This device cannot remember the album.', error);
    }
    this.take(albums);
  }

  private take(albums: readonly SharedAlbum[]): void {
    this.albums = albums;
    for (const listener of this.listeners) listener();
  }
}

const myAlbums = new MyAlbums();

/** Remembers an album that a link has opened here, or that the link now lets do more. */
export function rememberAlbum(album: { id: string; access: LinkAccess }): void {
  myAlbums.change(addAlbum(myAlbums.read(), album, Date.now()));
}

/** Takes an album of somebody else off this device's list. The album itself stays. */
export function forgetSharedAlbum(albumId: string): void {
  myAlbums.change(removeAlbum(myAlbums.read(), albumId));
}

/** The albums of others that this device may see, the last opened first. */
export function useMyAlbums(): readonly SharedAlbum[] {
  return useSyncExternalStore(myAlbums.subscribe, myAlbums.read);
}

/** Whether the album is somebody else's, opened here by a link. */
export function useIsShared(albumId: string | null): boolean {
  return useMyAlbums().some(({ id }) => id === albumId);
}
