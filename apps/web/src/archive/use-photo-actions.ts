import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cancelTasks, retryTasks } from '../api/albums.js';
import { ApiProblem } from '../api/api-problem.js';
import type { Photo } from '../photo/photo.js';
import { sayProblem } from '../photo/problem-sentence.js';
import { taskIdsOf } from './chosen-photos.js';
import { saveResults } from './save-results.js';

/** What can be done to many photos at once. Each tells the person how it went, also where it did not work. */
export interface PhotoActions {
  /** One of them is being done. */
  readonly isBusy: boolean;
  retry: (photos: readonly Photo[]) => Promise<void>;
  stop: (photos: readonly Photo[]) => Promise<void>;
  save: (photos: readonly Photo[]) => Promise<void>;
}

export function usePhotoActions(albumId: string): PhotoActions {
  const { t } = useTranslation(['archive', 'problem']);
  const [isBusy, setBusy] = useState(false);
  const act = async (what: () => Promise<string>) => {
    setBusy(true);
    try {
      notifications.show({ message: await what() });
    } catch (error) {
      notifications.show({ color: 'red', title: t('archive:told.trouble'), message: sayProblem(error, t) });
      if (!(error instanceof ApiProblem)) throw error;
    } finally {
      setBusy(false);
    }
  };
  return {
    isBusy,
    retry: (photos) =>
      act(async () => {
        const { retried: count } = await retryTasks(albumId, taskIdsOf(photos));
        return count > 0 ? t('archive:told.retried', { count }) : t('archive:told.retried_none');
      }),
    stop: (photos) =>
      act(async () => {
        const { cancelled: count } = await cancelTasks(albumId, taskIdsOf(photos));
        return count > 0 ? t('archive:told.stopped', { count }) : t('archive:told.stopped_none');
      }),
    save: (photos) =>
      act(async () => {
        await saveResults(albumId, taskIdsOf(photos));
        return t('archive:told.saving');
      }),
  };
}
