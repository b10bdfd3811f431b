import { Button } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Photo } from '../photo/photo.js';
import styles from './selection-bar.module.css';

interface ChosenActionProps {
  name: 'save' | 'retry' | 'stop' | 'erase';
  icon: Icon;
  /** Those of the chosen photos to which it can be done. */
  photos: readonly Photo[];
  isBusy: boolean;
  onClick: () => void;
}

/** A button of the bar, with the number of photos that it means. */
export function ChosenAction({ name, icon: Picture, photos, isBusy, onClick }: ChosenActionProps) {
  const { t } = useTranslation('archive');
  const count = photos.length;
  const action = t(`act.${name}`);
  return (
    <Button
      className={styles.action}
      variant={name === 'erase' ? 'subtle' : 'default'}
      {...(name === 'erase' && { color: 'red' })}
      leftSection={<Picture size={18} aria-hidden />}
      disabled={count === 0 || isBusy}
      title={count === 0 ? t('act.none', { action }) : t(`act.${name}_hint`, { count })}
      aria-label={count === 0 ? t('act.none', { action }) : t(`act.${name}_hint`, { count })}
      onClick={onClick}
    >
      {count === 0 ? action : t('act.number', { action, number: count })}
    </Button>
  );
}
