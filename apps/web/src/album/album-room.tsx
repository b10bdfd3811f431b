import type { AlbumView, TaskView } from '@app/contracts';
import { Skeleton } from '@mantine/core';
import { useMemo } from 'react';
import { ArchiveMenu } from '../archive/archive-menu.js';
import { GalleryToolbar } from '../archive/gallery-toolbar.js';
import { filterPhotos } from '../archive/photo-filter.js';
import { PhotoTable } from '../archive/photo-table.js';
import { SelectionBar } from '../archive/selection-bar.js';
import { useGalleryTools } from '../archive/use-gallery-tools.js';
import { ChooseKind } from '../choose/choose-kind.js';
import { useAlbumNotice } from '../device/album-notice.js';
import { countPhotos } from '../photo/photo-counts.js';
import { toPhotos } from '../photo/to-photos.js';
import { useSharing } from '../share/use-sharing.js';
import { AddPhotos } from '../uploads/add-photos.js';
import { UploadBar } from '../uploads/upload-bar.js';
import type { Upload } from '../uploads/upload.js';
import { useAreUploadsWhole } from '../uploads/use-uploads.js';
import { AlbumActionsContext } from './album-actions.js';
import { AlbumHeader, DraftHeader } from './album-header.js';
import classes from './album-room.module.css';
import { AlbumStanding } from './album-standing.js';
import { AllReady } from './all-ready.js';
import { EmptyAlbum } from './empty-album.js';
import { Gallery } from './gallery.js';
import { ProgressAnnouncer } from './progress-announcer.js';
import { steadyPhotos } from './steady-photos.js';
import { useAlbumDialogs } from './use-album-dialogs.js';

interface AlbumRoomProps {
  /** Null while it is not made yet. */
  readonly albumId: string | null;
  /** Null while it is not made or not read yet. */
  readonly album: AlbumView | null;
  readonly tasks: readonly TaskView[];
  readonly uploads: readonly Upload[];
}

/** An album with all its photos: those that the API has, and those still on this device. */
export function AlbumRoom({ albumId, album, tasks, uploads }: AlbumRoomProps) {
  const photos = useMemo(() => steadyPhotos.order(toPhotos(uploads, tasks), uploads), [uploads, tasks]);
  const counts = useMemo(() => countPhotos(photos), [photos]);
  const tools = useGalleryTools(albumId);
  const shown = useMemo(() => filterPhotos(photos, tools.filter), [photos, tools.filter]);
  const { actions, dialogs } = useAlbumDialogs();
  const sharing = useSharing(album);
  const isWhole = useAreUploadsWhole();
  useAlbumNotice(album, photos);
  // Whoever adds photos may add more.
  const mayChange = album === null || album.access === 'edit';
  const isAllReady = isWhole && counts.total > 0 && counts.done === counts.total;
  return (
    <AlbumActionsContext value={mayChange ? actions : null}>
      <div className={classes.room} data-wide>
        {album === null ? (
          <DraftHeader hasPhotos={photos.length > 0} />
        ) : (
          <AlbumHeader
            album={album}
            photos={photos}
            done={counts.done}
            isAllReady={isAllReady}
            share={sharing.button}
          />
        )}
        {!isWhole && <Skeleton h="7.2rem" radius="lg" aria-hidden />}
        {album !== null && isAllReady && <AllReady album={album} photos={photos} share={sharing.button} />}
        {album !== null && isWhole && !isAllReady && (
          <AlbumStanding album={album} photos={photos} counts={counts} />
        )}
        {isWhole && photos.length === 0 && <EmptyAlbum albumId={albumId} mayChange={mayChange} />}
        {mayChange && <UploadBar albumId={albumId} />}
        {mayChange && photos.length > 0 && (
          <div className={classes.add}>
            <AddPhotos albumId={albumId} variant="bar" />
            <ChooseKind compact />
            <ArchiveMenu albumId={albumId} photos={photos} />
          </div>
        )}
        {photos.length > 0 && (
          <>
            <div className={classes.tools}>
              <GalleryToolbar photos={photos} tools={tools} />
              {!mayChange && <ArchiveMenu albumId={albumId} photos={photos} />}
            </div>
            <div data-gallery>
              {tools.view === 'list' ? (
                <PhotoTable albumId={albumId} photos={shown} tools={tools} />
              ) : (
                <Gallery albumId={albumId} photos={shown} tools={tools} />
              )}
            </div>
            {albumId !== null && <SelectionBar albumId={albumId} photos={photos} tools={tools} />}
          </>
        )}
        {isWhole && <ProgressAnnouncer counts={counts} />}
      </div>
      {dialogs}
      {sharing.dialog}
    </AlbumActionsContext>
  );
}
