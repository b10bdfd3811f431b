import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { retryTasks } from '../api/albums.js';
import { tell } from './use-act.js';

/** Puts all photos of the album that did not work in line again, and says how many that were. */
export function useRetryAll(albumId: string): () => Promise<void> {
  const { t } = useTranslation('album');
  return useCallback(async () => {
    const { retried } = await retryTasks(albumId);
    tell(retried === 0 ? t('told.retried_none') : t('told.retried', { count: retried }));
  }, [albumId, t]);
}
