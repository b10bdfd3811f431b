import { useEffect } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useDraftAlbum, useUploads } from '../uploads/use-uploads.js';
import type { Upload } from '../uploads/upload.js';
import { AlbumRoom } from './album-room.js';
import { AlbumSkeleton } from './album-skeleton.js';
import { GoneAlbum } from './gone-album.js';
import { useAlbum } from './use-album.js';

/** An album, where people wait and see. Without an id it is one that is only begun, on its way to the API. */
export function AlbumPage() {
  const { albumId = null } = useParams();
  const draftUploads = useDraftUploads(albumId === null);
  const uploadsOfAlbum = useUploads(albumId);
  const uploads = albumId === null ? draftUploads : uploadsOfAlbum;
  const { state, album, tasks } = useAlbum(albumId);
  if (state === 'gone') return <GoneAlbum />;
  // Who has just added photos keeps them in sight while their album is made and read.
  if (albumId !== null && album === null && uploads.length === 0) return <AlbumSkeleton />;
  return <AlbumRoom albumId={albumId} album={album} tasks={tasks} uploads={uploads} />;
}

/**
 * The photos of the draft album, wherever they are listed: it is made before its photos have moved to it. Once they have,
 * the way goes on to the album.
 */
function useDraftUploads(isDraft: boolean): readonly Upload[] {
  const { albumId: madeId } = useDraftAlbum();
  const before = useUploads(null);
  const after = useUploads(isDraft ? madeId : null);
  const isMoved = madeId !== null && (after.length > 0 || before.length === 0);
  const navigate = useNavigate();
  useEffect(() => {
    if (isDraft && isMoved) void navigate(`/albums/${madeId}`, { replace: true });
  }, [isDraft, isMoved, madeId, navigate]);
  return after.length > 0 ? after : before;
}
