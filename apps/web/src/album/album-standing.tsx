import type { AlbumView } from '@app/contracts';
import { Button } from '@mantine/core';
import { IconClockPause, IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { whatHoldsItUp, whenAlbumReady } from '../photo/album-sentence.js';
import type { PhotoCounts } from '../photo/photo-counts.js';
import type { Photo } from '../photo/photo.js';
import { AlbumProgress } from './album-progress.js';
import classes from './album-standing.module.css';
import { headlineOf, isOver, type Headline } from './headline.js';
import { retryableTasks } from './photo-groups.js';
import { useAct } from './use-act.js';
import { useNow } from './use-now.js';
import { useRetryAll } from './use-retry-all.js';

interface AlbumStandingProps {
  readonly album: AlbumView;
  readonly photos: readonly Photo[];
  readonly counts: PhotoCounts;
}

/** How the album stands on the whole: how many are ready, when the rest will be, and what holds it up. */
export function AlbumStanding({ album, photos, counts }: AlbumStandingProps) {
  const { t } = useTranslation('album');
  const headline = headlineOf(counts);
  if (headline === null) return null;
  const heldUp = whatHoldsItUp(photos, t);
  const again = album.access === 'edit' && isOver(counts) ? retryableTasks(photos).length : 0;
  return (
    <section className={classes.standing} aria-label={t('progress.label')}>
      <div className={classes.top}>
        <div>
          <h2 className={classes.headline}>
            {t(`headline.${headline}`, { ready: counts.done, count: counts.total })}
          </h2>
          <Rest photos={photos} counts={counts} headline={headline} />
        </div>
        {again > 0 && <RetryButton albumId={album.id} count={again} />}
      </div>
      <AlbumProgress counts={counts} />
      {heldUp !== null && (
        <p className={classes.heldUp} role="status">
          <IconClockPause size={22} stroke={1.6} aria-hidden />
          {heldUp}
        </p>
      )}
    </section>
  );
}

function RetryButton({ albumId, count }: { albumId: string; count: number }) {
  const { t } = useTranslation('album');
  const act = useAct();
  const retryAll = useRetryAll(albumId);
  return (
    <Button
      variant="light"
      size="md"
      leftSection={<IconRefresh size={18} aria-hidden />}
      onClick={() => void act(retryAll)}
    >
      {t('actions.retry', { count })}
    </Button>
  );
}

/** When the rest will be ready, or what became of it. */
function Rest({ photos, counts, headline }: Omit<AlbumStandingProps, 'album'> & { headline: Headline }) {
  const { t } = useTranslation('album');
  const when = whenAlbumReady(photos, t, useNow());
  if (!isOver(counts)) {
    return (
      <p className={classes.rest}>
        {when !== null && <span>{when}</span>} {counts.unsent === 0 && <span>{t('rest.may_close')}</span>}
      </p>
    );
  }
  if (headline === 'some_ready') return <p className={classes.rest}>{t('rest.finished')}</p>;
  if (headline === 'none_worked' || headline === 'all_stopped' || headline === 'all_ready')
    return <p className={classes.rest}>{t(`rest.${headline}`)}</p>;
  return null;
}
