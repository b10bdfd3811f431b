import { IconPhotoOff, IconPhotoPlus } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useMatch } from 'react-router';
import { useAlbum } from '../album/use-album.js';
import { droppedFiles } from './dropped-files.js';
import classes from './page-drop.module.css';
import { tabsWithPhotos } from './tab-life.js';
import { uploadCenter } from './upload-center.js';
import { useAddFiles } from './use-add-files.js';
import { useDraftAlbum } from './use-uploads.js';
import { useFilesAbove } from './use-files-above.js';

/** When the page has shown itself and the device has nothing better to do. */
const PREPARE_MS = 1500;

/** Takes photos that are dropped anywhere on the window, or pasted. Mounted once. */
export function PageDrop({ onPrepare }: { onPrepare: () => void }) {
  const { t } = useTranslation('add');
  const { begins, albumId } = useTarget();
  const { album } = useAlbum(albumId);
  const isOpen = begins || (album !== null && album.access !== 'view');
  const addFiles = useAddFiles(albumId);
  const isAbove = useFilesAbove((transfer) => {
    if (isOpen) void droppedFiles(transfer).then(addFiles);
  });
  useEffect(() => prepare(onPrepare), [onPrepare]);
  if (!isAbove) return null;
  const isRefusing = albumId !== null && !isOpen;
  if (!isOpen && !isRefusing) return null;
  return (
    <div className={classes.overlay}>
      <div className={classes.frame}>
        {isRefusing ? (
          <IconPhotoOff className={classes.icon} stroke={1.25} aria-hidden />
        ) : (
          <IconPhotoPlus className={classes.icon} stroke={1.25} aria-hidden />
        )}
        <p className={classes.title}>{isRefusing ? t('let_go.view') : t('let_go.title')}</p>
        <p className={classes.where}>
          {isRefusing ? t('let_go.view_why') : begins ? t('let_go.begin') : t('let_go.here')}
        </p>
      </div>
    </div>
  );
}

/** Where photos go that are dropped here: into the album that is open, or into one that they begin. */
function useTarget(): { begins: boolean; albumId: string | null } {
  const isHome = useMatch('/') !== null;
  const isDraft = useMatch('/new') !== null;
  const albumId = useMatch('/albums/:albumId/*')?.params.albumId ?? null;
  const draft = useDraftAlbum();
  return { begins: isHome || isDraft, albumId: albumId ?? (isDraft ? draft.albumId : null) };
}

/** Photos of an earlier visit are sent at once; for others the sending part is there before it is needed. */
function prepare(onPrepare: () => void): (() => void) | undefined {
  const load = () => {
    uploadCenter.prepare();
    onPrepare();
  };
  if (tabsWithPhotos().length > 0) {
    load();
    return undefined;
  }
  const timer = setTimeout(load, PREPARE_MS);
  return () => clearTimeout(timer);
}
