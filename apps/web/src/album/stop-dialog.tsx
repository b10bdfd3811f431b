import { Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cancelTasks } from '../api/albums.js';
import { AskDialog } from './ask-dialog.js';
import { tell } from './use-act.js';

interface StopDialogProps {
  readonly albumId: string;
  /** How many photos are in line or in work. */
  readonly count: number;
  readonly onClose: () => void;
}

/** Asks before all photos that wait lose their places. */
export function StopDialog({ albumId, count: now, onClose }: StopDialogProps) {
  const { t } = useTranslation('album');
  // What is asked does not change while somebody reads it.
  const [count] = useState(now);
  return (
    <AskDialog
      title={t('stop.title', { count })}
      confirm={t('stop.confirm')}
      keep={t('stop.keep')}
      onClose={onClose}
      onConfirm={async () => {
        const { cancelled } = await cancelTasks(albumId);
        tell(cancelled === 0 ? t('told.stopped_none') : t('told.stopped', { count: cancelled }));
      }}
    >
      <Text>{t('stop.what', { count })}</Text>
    </AskDialog>
  );
}
