import { Button, CloseButton } from '@mantine/core';
import { IconDownload, IconPlayerStop, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAlbum } from '../album/use-album.js';
import type { Photo } from '../photo/photo.js';
import { ChosenAction } from './chosen-action.js';
import { findChosen, type ChosenPhotos } from './chosen-photos.js';
import { EraseDialog } from './erase-dialog.js';
import { filterPhotos } from './photo-filter.js';
import styles from './selection-bar.module.css';
import type { GalleryTools } from './use-gallery-tools.js';
import { usePhotoActions } from './use-photo-actions.js';
import { useRoomBelow } from './use-room-below.js';

interface SelectionBarProps {
  albumId: string;
  /** All of the album, unfiltered. */
  photos: readonly Photo[];
  tools: GalleryTools;
}

/** What can be done to the chosen photos, at the bottom of the window; nothing while nobody chooses. */
export function SelectionBar(props: SelectionBarProps) {
  return props.tools.selection.isOn ? <Bar {...props} /> : null;
}

function Bar({ albumId, photos, tools: { filter, selection } }: SelectionBarProps) {
  const { t } = useTranslation('archive');
  const shown = filterPhotos(photos, filter);
  const chosen = findChosen(photos, shown, selection.keys);
  const [erasing, setErasing] = useState<readonly Photo[] | null>(null);
  const bar = useRoomBelow();
  return (
    <section ref={bar} className={styles.bar} aria-label={t('chosen.region')}>
      <div className={styles.inner}>
        <ChosenCount chosen={chosen} />
        <div className={styles.which}>
          {!shown.every(({ key }) => selection.keys.has(key)) && (
            <Button
              variant="subtle"
              size="compact-md"
              onClick={() => selection.selectAll(shown.map(({ key }) => key))}
            >
              {t('chosen.all', { count: shown.length })}
            </Button>
          )}
          {chosen.all.length > 0 && (
            <Button variant="subtle" size="compact-md" onClick={() => selection.clear()}>
              {t('chosen.clear')}
            </Button>
          )}
        </div>
        <Actions albumId={albumId} chosen={chosen} onErase={() => setErasing(chosen.all)} />
        <CloseButton
          className={styles.close}
          size="lg"
          aria-label={t('choose_end')}
          onClick={() => selection.setOn(false)}
        />
      </div>
      {erasing !== null && (
        <EraseDialog
          photos={erasing}
          onClose={() => setErasing(null)}
          onErased={() => selection.setOn(false)}
        />
      )}
    </section>
  );
}

function ChosenCount({ chosen: { all, hidden } }: { chosen: ChosenPhotos }) {
  const { t } = useTranslation('archive');
  if (all.length > 0) {
    return (
      <p className={styles.count} role="status">
        <strong>{t('chosen.count', { count: all.length })}</strong>
        {hidden > 0 && <small>{t('chosen.hidden', { count: hidden })}</small>}
      </p>
    );
  }
  return (
    <p className={styles.count} role="status">
      <span className={styles.withMouse}>{t('chosen.none')}</span>
      <span className={styles.withTouch}>{t('chosen.none_touch')}</span>
    </p>
  );
}

interface ActionsProps {
  albumId: string;
  chosen: ChosenPhotos;
  onErase: () => void;
}

function Actions({ albumId, chosen, onErase }: ActionsProps) {
  const { album } = useAlbum(albumId);
  const { isBusy, save, retry, stop } = usePhotoActions(albumId);
  const mayChange = album?.access !== 'view';
  const { all, savable, retryable, stoppable } = chosen;
  return (
    <div className={styles.actions}>
      <ChosenAction
        name="save"
        icon={IconDownload}
        photos={savable}
        isBusy={isBusy}
        onClick={() => void save(savable)}
      />
      {mayChange && (
        <>
          <ChosenAction
            name="retry"
            icon={IconRefresh}
            photos={retryable}
            isBusy={isBusy}
            onClick={() => void retry(retryable)}
          />
          <ChosenAction
            name="stop"
            icon={IconPlayerStop}
            photos={stoppable}
            isBusy={isBusy}
            onClick={() => void stop(stoppable)}
          />
          <ChosenAction name="erase" icon={IconTrash} photos={all} isBusy={isBusy} onClick={onErase} />
        </>
      )}
    </div>
  );
}
