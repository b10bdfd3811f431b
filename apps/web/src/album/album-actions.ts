import { createContext, useContext } from 'react';
import type { Photo } from '../photo/photo.js';

/** What can be done to the photos of an album; null to whoever may only look. */
export interface AlbumActions {
  /** Puts a photo in line again, or sends one again that was refused. */
  again(photo: Photo): void;
  /** Stops a photo in line or in work; takes back one that is not sent. */
  stop(photo: Photo): void;
  /** Asks first. */
  erase(photo: Photo): void;
}

export const AlbumActionsContext = createContext<AlbumActions | null>(null);

export function useAlbumActions(): AlbumActions | null {
  return useContext(AlbumActionsContext);
}
