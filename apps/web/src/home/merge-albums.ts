import type { AlbumView } from '@app/contracts';

/** An album on the shelf of the home page. */
export interface ShelvedAlbum {
  readonly album: AlbumView;
  /** Somebody else's, opened here by a link. */
  readonly isShared: boolean;
}

/**
 * The own albums and those of others, the newest first. While there are own ones that have not been read, an album of
 * somebody else that is older than all that were read waits for its place among them.
 */
export function mergeAlbums(
  own: readonly AlbumView[],
  shared: readonly AlbumView[],
  hasMore: boolean,
): readonly ShelvedAlbum[] {
  const ownIds = new Set(own.map(({ id }) => id));
  const oldest = own.at(-1)?.created_at;
  const isInReach = ({ created_at }: AlbumView) => !hasMore || oldest === undefined || created_at >= oldest;
  return [
    ...own.map((album) => ({ album, isShared: false })),
    // A link to an own album opens that.
    ...shared
      .filter((album) => !ownIds.has(album.id) && isInReach(album))
      .map((album) => ({ album, isShared: true })),
  ].toSorted((a, b) => b.album.created_at.localeCompare(a.album.created_at));
}
