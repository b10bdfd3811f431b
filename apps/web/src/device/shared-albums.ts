import type { LinkAccess } from '@app/contracts';

/** An album of somebody else that a link has opened on this device. */
export interface SharedAlbum {
  readonly id: string;
  readonly access: LinkAccess;
  /** ms since 1970, by this device's clock. */
  readonly openedAt: number;
}

/** More than anybody opens; the one opened longest ago makes room. */
export const MOST_SHARED_ALBUMS = 100;

/** What the store holds, without what is none of ours. */
export function readAlbums(stored: string | null): readonly SharedAlbum[] {
  try {
    const albums: unknown = JSON.parse(stored ?? '[]');
    return Array.isArray(albums) ? albums.filter(isSharedAlbum) : [];
  } catch {
    return [];
  }
}

/** Puts the album first. A link to look does not take away what an earlier link to add had given. */
export function addAlbum(
  albums: readonly SharedAlbum[],
  { id, access }: Pick<SharedAlbum, 'id' | 'access'>,
  openedAt: number,
): readonly SharedAlbum[] {
  const mayEdit = access === 'edit' || albums.some((known) => known.id === id && known.access === 'edit');
  const album: SharedAlbum = { id, access: mayEdit ? 'edit' : 'view', openedAt };
  return [album, ...removeAlbum(albums, id)].slice(0, MOST_SHARED_ALBUMS);
}

export function removeAlbum(albums: readonly SharedAlbum[], id: string): readonly SharedAlbum[] {
  return albums.filter((known) => known.id !== id);
}

function isSharedAlbum(value: unknown): value is SharedAlbum {
  if (typeof value !== 'object' || value === null) return false;
  const { id, access, openedAt } = value as Record<string, unknown>;
  return typeof id === 'string' && (access === 'view' || access === 'edit') && typeof openedAt === 'number';
}
