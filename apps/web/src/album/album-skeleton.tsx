import { Skeleton, VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './album-skeleton.module.css';

/** As many as a first look may show. */
const TILES = 12;

/** The shape of an album until it is here. */
export function AlbumSkeleton() {
  const { t } = useTranslation('album');
  return (
    <div aria-busy>
      <VisuallyHidden role="status">{t('loading')}</VisuallyHidden>
      <div aria-hidden>
        <Skeleton h="2.4rem" w="min(20rem, 80%)" mt="0.3rem" />
        <Skeleton h="1rem" w="min(14rem, 60%)" mt="md" />
        <Skeleton h="7.2rem" mt="lg" radius="lg" />
        <div className={classes.tiles}>
          {Array.from({ length: TILES }, (_, place) => (
            <Skeleton key={place} className={classes.tile} />
          ))}
        </div>
      </div>
    </div>
  );
}
