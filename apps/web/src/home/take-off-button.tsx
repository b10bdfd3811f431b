import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { forgetSharedAlbum } from '../device/my-albums.js';

/** Takes an album of somebody else off this device's list. */
export function TakeOffButton({ albumId, title }: { albumId: string; title: string }) {
  const { t } = useTranslation('home');
  return (
    <Button
      variant="subtle"
      color="gray"
      c="var(--quiet)"
      size="sm"
      mih={44}
      aria-label={t('album.take_off_named', { title })}
      onClick={() => forgetSharedAlbum(albumId)}
    >
      {t('album.take_off')}
    </Button>
  );
}
