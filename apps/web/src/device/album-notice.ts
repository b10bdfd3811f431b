import type { AlbumView } from '@app/contracts';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { countPhotos } from '../photo/photo-counts.js';
import type { Photo } from '../photo/photo.js';
import { offerNotice, showNotice, withdrawOffer } from './notice-offer.js';

/**
 * Tells those who look elsewhere how far the album is: by the title of the window, and once, when all of its photos have
 * ended while nobody looked, by a notification, where the person has allowed one.
 */
export function useAlbumNotice(album: AlbumView | null, photos: readonly Photo[]): void {
  const { t } = useTranslation('shell');
  const { total, done, underWay } = useMemo(() => countPhotos(photos), [photos]);
  const isMoving = underWay > 0;
  const title = album?.title || t('title');

  // The counter stays when all have ended: that is what somebody in another tab waits for.
  const [hasMoved, setHasMoved] = useState(false);
  if (isMoving && !hasMoved) setHasMoved(true);
  useEffect(() => {
    document.title = hasMoved && total > 0 ? t('notice.counter', { done, total, title }) : title;
  }, [hasMoved, done, total, title, t]);

  useEffect(() => {
    if (!isMoving) return undefined;
    offerNotice();
    return withdrawOffer;
  }, [isMoving]);

  const wasMoving = useRef(false);
  const albumId = album?.id ?? null;
  useEffect(() => {
    if (isMoving) wasMoving.current = true;
    else if (wasMoving.current && albumId !== null && total > 0) {
      wasMoving.current = false;
      if (document.hidden) showNotice(albumId, title, t('notice.over', { done, total }));
    }
  }, [isMoving, albumId, done, total, title, t]);
}
