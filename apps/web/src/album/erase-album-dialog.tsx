import type { AlbumView } from '@app/contracts';
import { Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { eraseAlbum } from '../api/albums.js';
import { forgetSharedAlbum } from '../device/my-albums.js';
import { countPhotos } from '../photo/photo-counts.js';
import type { Photo } from '../photo/photo.js';
import { uploadCenter } from '../uploads/upload-center.js';
import { AskDialog } from './ask-dialog.js';
import { tell } from './use-act.js';
import { forgetAlbum } from './use-album.js';

interface EraseAlbumDialogProps {
  readonly album: AlbumView;
  readonly photos: readonly Photo[];
  readonly onClose: () => void;
}

/** Says what goes when an album is erased, erases it, and leads home. */
export function EraseAlbumDialog({ album, photos, onClose }: EraseAlbumDialogProps) {
  const { t } = useTranslation('album');
  const navigate = useNavigate();
  const [{ total, done }] = useState(() => countPhotos(photos));
  return (
    <AskDialog
      title={t('erase.title')}
      confirm={t('erase.confirm')}
      keep={t('erase.keep')}
      isGrave
      onClose={onClose}
      onConfirm={async () => {
        // Photos on their way would arrive in an album that is no more.
        uploadCenter.cancelAll(album.id);
        await eraseAlbum(album.id);
        forgetSharedAlbum(album.id);
        await navigate('/');
        forgetAlbum(album.id);
        tell(t('told.album_erased'));
      }}
    >
      <Text fw={600}>{album.title || t('untitled')}</Text>
      <Text>{total === 0 ? t('erase.what_empty') : t('erase.what', { count: total })}</Text>
      {done > 0 && <Text>{t('erase.not_saved', { count: done })}</Text>}
      <Text c="dimmed">
        {t('erase.links')} {t('erase.yours')}
      </Text>
    </AskDialog>
  );
}
