import { Button, Skeleton, Title } from '@mantine/core';
import { IconPhotoPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AlbumCard } from './album-card.js';
import classes from './album-shelf.module.css';
import { EndedCard } from './ended-card.js';
import type { Shelf } from './use-shelf.js';

/** So many at first, and so many more on demand. */
const STEP = 12;
const COMING = 3;

/** The albums of somebody who comes back. */
export function AlbumShelf({ shelf, onAdd }: { shelf: Shelf; onAdd: () => void }) {
  const { t } = useTranslation('home');
  const [shown, setShown] = useState(STEP);
  const { albums, ended, hasMore, isAway } = shelf;
  const isComing = shelf.isComing && !isAway && albums.length === 0;
  return (
    <section aria-labelledby="shelf">
      <div className={classes.heading}>
        <Title order={1} id="shelf">
          {t('shelf.heading')}
        </Title>
        <Button size="md" leftSection={<IconPhotoPlus size={20} aria-hidden />} onClick={onAdd}>
          {t('shelf.add')}
        </Button>
      </div>
      {isAway && <p>{t('shelf.away')}</p>}
      {isComing && <p className={classes.hidden}>{t('shelf.coming')}</p>}
      <ul className={classes.shelf} aria-busy={isComing}>
        {albums.slice(0, shown).map((shelved) => (
          <AlbumCard key={shelved.album.id} {...shelved} />
        ))}
        {ended.map((id) => (
          <EndedCard key={id} albumId={id} />
        ))}
        {isComing &&
          Array.from({ length: COMING }, (_, place) => (
            <li key={place} aria-hidden>
              <Skeleton className={classes.coming} radius="lg" />
            </li>
          ))}
      </ul>
      {(hasMore || albums.length > shown) && (
        <Button
          className={classes.more}
          variant="default"
          size="md"
          loading={shelf.isLoadingMore}
          onClick={() => {
            setShown(shown + STEP);
            if (albums.length < shown + STEP && hasMore) shelf.loadMore();
          }}
        >
          {t('shelf.more')}
        </Button>
      )}
    </section>
  );
}
