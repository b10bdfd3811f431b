import type { AlbumView } from '@app/contracts';
import { ActionIcon, VisuallyHidden } from '@mantine/core';
import { IconArrowLeft, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import classes from './photo-bar.module.css';

interface PhotoBarProps {
  readonly album: AlbumView;
  /** From 1. */
  readonly position: number;
  readonly total: number;
  readonly onStep: (by: 1 | -1) => void;
}

/** The way back to the album, and to the photos before and after. */
export function PhotoBar({ album, position, total, onStep }: PhotoBarProps) {
  const { t } = useTranslation('viewer');
  const back = album.title === '' ? t('back') : t('back_to', { title: album.title });
  const steps = [
    { by: -1, label: t('previous'), icon: <IconChevronLeft size={22} />, isLast: position <= 1 },
    { by: 1, label: t('next'), icon: <IconChevronRight size={22} />, isLast: position >= total },
  ] as const;
  const buttons = steps.map(({ by, label, icon, isLast }) => (
    <ActionIcon
      key={by}
      className={classes.step}
      variant="subtle"
      size={44}
      radius="xl"
      aria-label={label}
      title={label}
      // Stays in the tab order, so that the focus is not lost at the last photo.
      aria-disabled={isLast}
      onClick={() => onStep(by)}
    >
      {icon}
    </ActionIcon>
  ));
  return (
    <nav className={classes.bar} aria-label={t('around')}>
      <Link className={classes.back} to={`/albums/${album.id}`} aria-label={back}>
        <IconArrowLeft size={20} />
        <span className={classes.title}>{album.title === '' ? t('back') : album.title}</span>
      </Link>
      <div className={classes.steps}>
        {buttons[0]}
        <span className={classes.position}>{t('position', { position, total })}</span>
        {buttons[1]}
      </div>
      <VisuallyHidden role="status">{t('position', { position, total })}</VisuallyHidden>
    </nav>
  );
}
