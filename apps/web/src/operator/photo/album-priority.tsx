import { MAX_LEVEL } from '@app/contracts';
import { Slider, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { setAlbumPriority } from '../api/acts.js';
import { albumQuery } from '../api/reads.js';
import { ActDialog } from '../frame/act-dialog.js';

interface AlbumPriorityProps {
  readonly albumId: string;
  /** Of a photo of it. */
  readonly priority: number;
  readonly onClose: () => void;
}

/** How far ahead the waiting photos of an album stand, and those that are added to it later. */
export function AlbumPriority({ albumId, priority, onClose }: AlbumPriorityProps) {
  const { t } = useTranslation('operator');
  const queries = useQueryClient();
  const [level, setLevel] = useState(priority);
  const { data: album } = useQuery(albumQuery(albumId));
  return (
    <ActDialog
      title={t('priority.ask')}
      confirm={t('priority.go')}
      onConfirm={async (note) => {
        const count = await setAlbumPriority(albumId, level, note);
        await queries.invalidateQueries({ queryKey: ['operator'] });
        notifications.show({ message: t('priority.done', { count }), color: 'var(--good)' });
      }}
      onClose={onClose}
    >
      {album !== undefined && <Text fw={600}>{album.title}</Text>}
      <Text>{t('priority.what')}</Text>
      <Slider
        thumbLabel={t('priority.level')}
        value={level}
        onChange={setLevel}
        min={0}
        max={MAX_LEVEL}
        label={(value) => value}
        marks={[
          { value: 0, label: t('priority.normal') },
          { value: MAX_LEVEL, label: t('priority.first') },
        ]}
        mx="lg"
        mb="lg"
      />
    </ActDialog>
  );
}
