import { Button, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import classes from './photo-page.module.css';

interface GoneNoticeProps {
  readonly what: 'photo' | 'album';
  /** The address to go on at. */
  readonly wayBack: string;
}

/** There is nothing to look at: what may have happened, and the way back. */
export function GoneNotice({ what, wayBack }: GoneNoticeProps) {
  const { t } = useTranslation('viewer');
  return (
    <div className={classes.gone}>
      <Title order={1} size="h2">
        {t(`gone.${what}.title`)}
      </Title>
      <Text>{t(`gone.${what}.why`)}</Text>
      <Button component={Link} to={wayBack} size="md">
        {t(what === 'album' ? 'home' : 'back')}
      </Button>
    </div>
  );
}
