import type { TaskView } from '@app/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cancelTask, retryTask } from '../api/acts.js';
import { ActButton } from '../frame/act-button.js';
import { useTrouble } from '../frame/use-trouble.js';
import { AlbumPriority } from './album-priority.js';
import classes from './photo.module.css';

const WAITING: readonly TaskView['status'][] = ['queued', 'running'];
const AGAIN: readonly TaskView['status'][] = ['failed', 'cancelled', 'expired'];

/** What an operator may do with a photo as it stands. */
export function PhotoActs({ task }: { readonly task: TaskView }) {
  const { t } = useTranslation('operator');
  const queries = useQueryClient();
  const tellTrouble = useTrouble();
  const [isRaising, setRaising] = useState(false);
  const act = useMutation({
    mutationFn: (what: typeof cancelTask) => what(task.id),
    networkMode: 'always',
    onSuccess: () => queries.invalidateQueries({ queryKey: ['operator'] }),
    onError: tellTrouble,
  });
  return (
    <div className={classes.acts}>
      {AGAIN.includes(task.status) && (
        <ActButton variant="filled" loading={act.isPending} onClick={() => act.mutate(retryTask)}>
          {t('photo.retry')}
        </ActButton>
      )}
      {WAITING.includes(task.status) && (
        <ActButton loading={act.isPending} onClick={() => act.mutate(cancelTask)}>
          {t('photo.cancel')}
        </ActButton>
      )}
      {task.album_id !== null && <ActButton onClick={() => setRaising(true)}>{t('priority.open')}</ActButton>}
      {isRaising && task.album_id !== null && (
        <AlbumPriority albumId={task.album_id} priority={task.priority} onClose={() => setRaising(false)} />
      )}
    </div>
  );
}
