import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './album-card.module.css';
import { TakeOffButton } from './take-off-button.js';

/** In the place of an album of somebody else that this device may not see any more. */
export function EndedCard({ albumId }: { albumId: string }) {
  const { t } = useTranslation('home');
  const title = t('album.ended_title');
  return (
    <li className={classes.card}>
      <div className={classes.words}>
        <Title order={2} size="h4">
          {title}
        </Title>
        <p className={classes.dates}>{t('album.ended')}</p>
        <div className={classes.shared}>
          <TakeOffButton albumId={albumId} title={title} />
        </div>
      </div>
    </li>
  );
}
