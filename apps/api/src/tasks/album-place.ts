import type { Transaction } from '../database/schema.js';
import type { NewTask } from './new-task.js';

/** A task that goes into an album which has room for it. */
export interface AlbumRoom {
  maxPhotos: number;
}

/** Undefined for a task without an album. */
export async function takePlaceInAlbum(
  transaction: Transaction,
  { albumId, expiresAt }: NewTask,
  { maxPhotos }: AlbumRoom,
): Promise<{ seq: number } | 'album_full' | 'album_gone' | undefined> {
  if (albumId === null) return undefined;
  const album = await transaction
    .updateTable('albums')
    .set((eb) => ({ photos: eb('photos', '+', 1), seq: eb('seq', '+', 1), expires_at: expiresAt }))
    .where('id', '=', albumId)
    .returning(['photos', 'seq'])
    .executeTakeFirst();
  if (album === undefined) return 'album_gone';
  if (album.photos <= maxPhotos) return { seq: album.seq };
  await givePlaceBack(transaction, albumId);
  return 'album_full';
}

export async function givePlaceBack(transaction: Transaction, albumId: string | null): Promise<void> {
  if (albumId === null) return;
  await transaction
    .updateTable('albums')
    .set((eb) => ({ photos: eb('photos', '-', 1), seq: eb('seq', '-', 1) }))
    .where('id', '=', albumId)
    .execute();
}
