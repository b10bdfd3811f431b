import type { AlbumView } from '@app/contracts';
import { Button } from '@mantine/core';
import { IconDownload, IconEye } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Photo } from '../photo/photo.js';
import { smallOriginalOf, smallPictureOf, useSmallPicture } from '../photo/small-picture.js';
import classes from './all-ready.module.css';

/** As many prints as lie in the fan. */
const FAN = 3;

interface AllReadyProps {
  readonly album: AlbumView;
  readonly photos: readonly Photo[];
  /** The button for links to the album. */
  readonly share: ReactNode;
}

/** Every photo of the album is ready: a small pile of them, and what people do then. */
export function AllReady({ album, photos, share }: AllReadyProps) {
  const { t } = useTranslation('album');
  const count = photos.length;
  const first = photos[0]?.task;
  return (
    <section className={classes.ready} aria-label={t('headline.all_ready', { count })}>
      <div className={classes.fan} data-count={Math.min(count, FAN)} aria-hidden>
        {photos.slice(0, FAN).map((photo) => (
          <Print key={photo.key} photo={photo} />
        ))}
      </div>
      <div className={classes.words}>
        <h2 className={classes.headline}>{t('headline.all_ready', { count })}</h2>
        <p className={classes.rest}>{t('rest.all_ready')}</p>
      </div>
      <div className={classes.actions}>
        {first && (
          <Button
            component={Link}
            to={`/albums/${album.id}/photos/${first.id}`}
            size="md"
            leftSection={<IconEye size={20} aria-hidden />}
          >
            {count === 1 ? t('actions.look_one') : t('actions.look')}
          </Button>
        )}
        <Button
          component="a"
          href={album.urls.results}
          download
          variant="default"
          size="md"
          leftSection={<IconDownload size={20} aria-hidden />}
        >
          {t('actions.save_all')}
        </Button>
        {share}
      </div>
    </section>
  );
}

function Print({ photo: { task } }: { photo: Photo }) {
  const picture = useSmallPicture(task && smallPictureOf(task), task && smallOriginalOf(task));
  return <span className={classes.print}>{picture && <img src={picture.src} alt="" />}</span>;
}
