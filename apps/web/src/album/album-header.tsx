import type { AlbumView } from '@app/contracts';
import { Button, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Photo } from '../photo/photo.js';
import { useDraftAlbum } from '../uploads/use-uploads.js';
import { currentLanguage } from '../words/words.js';
import classes from './album-header.module.css';
import { AlbumMenu } from './album-menu.js';
import { AlbumTitle } from './album-title.js';

interface AlbumHeaderProps {
  readonly album: AlbumView;
  readonly photos: readonly Photo[];
  /** How many photos are ready, and whether these are all. */
  readonly done: number;
  readonly isAllReady: boolean;
  /** The button for links to the album. */
  readonly share: ReactNode;
}

/** The title of an album, how many photos it has and until when, and what can be done with all of it. */
export function AlbumHeader({ album, photos, done, isAllReady, share }: AlbumHeaderProps) {
  const { t } = useTranslation('album');
  const total = photos.length;
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        <AlbumTitle album={album} />
        <p className={classes.facts}>
          {total > 0 && <span>{t('photo_count', { count: total })}</span>}
          <span>{t('kept_until', { day: dayOf(album.expires_at) })}</span>
        </p>
        {album.access === 'view' && <p className={classes.facts}>{t('view_only')}</p>}
      </div>
      <div className={classes.actions}>
        {/* When all is ready, these are what is to be done next, and stand where that is said. */}
        {!isAllReady && done > 0 && (
          <Button
            component="a"
            href={album.urls.results}
            download
            variant="default"
            h={44}
            leftSection={<IconDownload size={18} aria-hidden />}
          >
            {t('actions.save_ready', { count: done })}
          </Button>
        )}
        {!isAllReady && share}
      </div>
      {album.access === 'edit' && (
        <div className={classes.menu}>
          <AlbumMenu album={album} photos={photos} />
        </div>
      )}
    </header>
  );
}

/** While the album is not made yet. */
export function DraftHeader({ hasPhotos }: { hasPhotos: boolean }) {
  const { t } = useTranslation('album');
  const { problem } = useDraftAlbum();
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        <Title order={1} className={classes.draft}>
          {t('draft')}
        </Title>
        {/* Why it is not made yet is said where its photos wait to be sent. */}
        {hasPhotos && problem === null && <p className={classes.facts}>{t('draft_making')}</p>}
      </div>
    </header>
  );
}

function dayOf(iso: string): string {
  return new Intl.DateTimeFormat(currentLanguage(), { dateStyle: 'long' }).format(new Date(iso));
}
