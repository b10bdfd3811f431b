import { Title } from '@mantine/core';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { ChooseKind } from '../choose/choose-kind.js';
import { AddPhotos } from '../uploads/add-photos.js';
import classes from './begin-album.module.css';

/** Where somebody who has albums begins another one. */
export function BeginAlbum({ ref }: { ref: Ref<HTMLElement> }) {
  const { t } = useTranslation('home');
  return (
    <section ref={ref} tabIndex={-1} className={classes.begin} aria-labelledby="begin">
      <Title order={2} size="h3" id="begin">
        {t('shelf.begin')}
      </Title>
      <AddPhotos albumId={null} variant="hero" />
      <ChooseKind />
    </section>
  );
}
