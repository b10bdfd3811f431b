import { VisuallyHidden } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useAlbum } from '../album/use-album.js';
import { useTaskTypes } from '../api/task-types.js';
import classes from './away-notice.module.css';

/** Says that the photo service does not answer, and that nothing is lost by it. */
export function AwayNotice() {
  const { t } = useTranslation('shell');
  const isAway = useIsAway();
  const [wasAway, setWasAway] = useState(false);
  if (isAway && !wasAway) setWasAway(true);
  return (
    <div role="status">
      {isAway && (
        <p className={classes.away}>
          <IconCloudOff size={22} stroke={1.6} aria-hidden />
          {t('away.safe')}
        </p>
      )}
      {!isAway && wasAway && <VisuallyHidden>{t('away.back')}</VisuallyHidden>}
    </div>
  );
}

/** An album keeps asking by itself; elsewhere what can be made of photos is asked for until there is an answer. */
function useIsAway(): boolean {
  const { albumId = null } = useParams();
  const { link } = useAlbum(albumId);
  const { problem } = useTaskTypes();
  return albumId === null ? problem?.code === 'offline' : link === 'away';
}
