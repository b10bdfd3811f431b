import { Loader } from '@mantine/core';
import { useCallback, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { lookAt } from '../album/gallery-place.js';
import { useAlbum } from '../album/use-album.js';
import { toPhotos } from '../photo/to-photos.js';
import { GoneNotice } from './gone-notice.js';
import classes from './photo-page.module.css';
import { PhotoView } from './photo-view.js';

/** One photo of an album, large: before and after, what happens with it, and what one can do with it. */
export function PhotoPage() {
  const { t } = useTranslation('viewer');
  const { albumId = '', taskId = '' } = useParams();
  const { state, album, tasks } = useAlbum(albumId);
  const photos = useMemo(() => toPhotos([], tasks), [tasks]);
  const navigate = useNavigate();
  const index = photos.findIndex(({ task }) => task?.id === taskId);
  const leave = useCallback(() => void navigate(`/albums/${albumId}`), [navigate, albumId]);
  const photo = photos[index];
  useEffect(() => {
    if (photo !== undefined) lookAt(albumId, taskId);
  }, [photo, albumId, taskId]);

  if (state === 'gone') return <GoneNotice what="album" wayBack="/" />;
  if (album === null || (photo === undefined && state === 'loading')) {
    return (
      <div className={classes.opening}>
        <Loader type="dots" aria-hidden />
        <p role="status">{t('opening')}</p>
      </div>
    );
  }
  if (photo === undefined || photo.task === null) {
    return <GoneNotice what="photo" wayBack={`/albums/${albumId}`} />;
  }
  return (
    <PhotoView
      album={album}
      photo={photo}
      task={photo.task}
      photos={photos}
      index={index}
      onLeave={leave}
      onGo={(id) => void navigate(`/albums/${albumId}/photos/${id}`, { replace: true })}
    />
  );
}
