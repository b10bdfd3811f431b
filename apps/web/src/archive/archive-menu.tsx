import { Button, Menu } from '@mantine/core';
import { IconFileDownload, IconFileImport, IconListDetails, IconRefresh } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAlbum } from '../album/use-album.js';
import { loadChunk } from '../app/load-chunk.js';
import type { Photo } from '../photo/photo.js';
import styles from './archive-menu.module.css';
import { MANY_PHOTOS } from './gallery-toolbar.js';
import { countStates } from './photo-filter.js';
import { RetryDialog } from './retry-dialog.js';
import { manifestPath } from './save-results.js';

/** Reading lists takes a parser, which most people never need. */
const IdListDialog = lazy(() =>
  loadChunk(async () => ({ default: (await import('./csv/id-list-dialog.js')).IdListDialog })),
);

interface ArchiveMenuProps {
  /** Null while the album is not made yet: a list may come before the first photo. */
  albumId: string | null;
  /** All of the album, unfiltered. */
  photos: readonly Photo[];
}

/** What archive staff do with a whole album: lists in and out, trying again what failed. */
export function ArchiveMenu({ albumId, photos }: ArchiveMenuProps) {
  const { t } = useTranslation('archive');
  const { album } = useAlbum(albumId);
  const [open, setOpen] = useState<'list' | 'retry' | null>(null);
  const mayChange = album?.access !== 'view';
  const { failed } = countStates(photos);
  // A small album is nobody's archive; a picture is enough for who looks for it.
  const isLarge = photos.length >= MANY_PHOTOS;
  const hasTasks = photos.some(({ task }) => task !== null);
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button
            className={styles.open}
            variant={isLarge ? 'default' : 'subtle'}
            radius="xl"
            data-large={isLarge}
            aria-label={t('menu.open')}
            leftSection={<IconListDetails size={18} aria-hidden />}
          >
            <span className={styles.words}>{t('menu.open')}</span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {mayChange && (
            <Menu.Item leftSection={<IconFileImport size={18} aria-hidden />} onClick={() => setOpen('list')}>
              {t('menu.list_in')}
            </Menu.Item>
          )}
          {albumId !== null && hasTasks && (
            <Menu.Item
              component="a"
              href={manifestPath(albumId)}
              download
              leftSection={<IconFileDownload size={18} aria-hidden />}
            >
              {t('menu.list_out')}
            </Menu.Item>
          )}
          {mayChange && albumId !== null && failed > 0 && (
            <Menu.Item leftSection={<IconRefresh size={18} aria-hidden />} onClick={() => setOpen('retry')}>
              {t('menu.retry', { count: failed })}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {open === 'retry' && albumId !== null && (
        <RetryDialog albumId={albumId} photos={photos} onClose={() => setOpen(null)} />
      )}
      {open === 'list' && (
        <Suspense>
          <IdListDialog albumId={albumId} photos={photos} onClose={() => setOpen(null)} />
        </Suspense>
      )}
    </>
  );
}
