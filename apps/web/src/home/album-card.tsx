import { Badge, Progress, Title } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import classes from './album-card.module.css';
import { AlbumCover } from './album-cover.js';
import type { ShelvedAlbum } from './merge-albums.js';
import { TakeOffButton } from './take-off-button.js';

/** An album on the home page: what is in it, how far it is, and until when it is kept. */
export function AlbumCard({ album, isShared }: ShelvedAlbum) {
  const { t, i18n } = useTranslation('home');
  const { total, queued, running, succeeded } = album.counts;
  const left = queued + running;
  const day = (iso: string) =>
    new Intl.DateTimeFormat(i18n.language, { dateStyle: 'long' }).format(new Date(iso));
  return (
    <li className={classes.card}>
      <AlbumCover album={album} />
      {left > 0 && (
        <Progress
          className={classes.progress}
          value={((total - left) / total) * 100}
          radius={0}
          size="sm"
          // The words below say the same.
          aria-hidden
        />
      )}
      <div className={classes.words}>
        <Title order={2} size="h4" className={classes.title}>
          <Link className={classes.link} to={`/albums/${album.id}`}>
            {album.title || t('album.untitled')}
          </Link>
        </Title>
        <p className={classes.state}>
          {total === 0 && t('album.empty')}
          {left > 0 && t('album.under_way', { done: succeeded, left, total })}
          {total > 0 && left === 0 && succeeded === total && t('album.all_ready', { count: total })}
          {left === 0 && succeeded < total && t('album.some_ready', { done: succeeded, total })}
        </p>
        <p className={classes.dates}>
          {t('album.dates', { made: day(album.created_at), until: day(album.expires_at) })}
        </p>
        {isShared && (
          <div className={classes.shared}>
            <Badge variant="light" leftSection={<IconUsers size={14} aria-hidden />} tt="none">
              {t(`album.shared.${album.access}`)}
            </Badge>
            <TakeOffButton albumId={album.id} title={album.title} />
          </div>
        )}
      </div>
    </li>
  );
}
