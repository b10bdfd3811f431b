import { Button, Progress } from '@mantine/core';
import { IconCloudOff, IconHourglass, IconPlayerPause, IconPlayerPlay, IconSend } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './upload-bar.module.css';
import { RefusedPhotos } from './refused-photos.js';
import { StopSending } from './stop-sending.js';
import { uploadCenter } from './upload-center.js';
import { moodOf, type UploadMood } from './upload-mood.js';
import { useDraftAlbum, useUploads, useUploadTotals } from './use-uploads.js';
import { useUploadWords } from './use-upload-words.js';

const SENDS = <IconSend stroke={1.5} />;
const WAITS = <IconHourglass stroke={1.5} />;
const IS_AWAY = <IconCloudOff stroke={1.5} />;
const ICONS: Record<UploadMood['kind'], ReactElement> = {
  checking: SENDS,
  sending: SENDS,
  waiting: WAITS,
  paused: <IconPlayerPause stroke={1.5} />,
  stuck: WAITS,
  offline: IS_AWAY,
  draft: IS_AWAY,
  held: WAITS,
};

/** How the photos of an album are sent, with what can be done about it; empty while there is nothing to say. */
export function UploadBar({ albumId }: { albumId: string | null }) {
  const { t } = useTranslation('add');
  const uploads = useUploads(albumId);
  const totals = useUploadTotals(albumId);
  const draft = useDraftAlbum();
  const mood = moodOf(uploads, totals, albumId === null ? draft.problem : null);
  const words = useUploadWords(mood, totals);
  const isKept = uploads.every(({ isKept, phase }) => isKept || phase === 'refused' || phase === 'accepted');
  return (
    <div className={classes.bars}>
      {mood && (
        <section className={classes.bar} data-mood={mood.kind} aria-label={t('sending.heading')}>
          <span className={classes.icon} aria-hidden>
            {ICONS[mood.kind]}
          </span>
          <div className={classes.words}>
            <p className={classes.title}>{words.title}</p>
            <p className={classes.counted}>
              {t('sending.counted', { sent: totals.total - totals.unsent, total: totals.total })}
              {words.left !== null && <span> · {words.left}</span>}
            </p>
          </div>
          <div className={classes.acts}>
            {totals.isPaused ? (
              <Button
                size="sm"
                leftSection={<IconPlayerPlay size={16} aria-hidden />}
                onClick={() => uploadCenter.resumeAll(albumId)}
              >
                {t('sending.resume')}
              </Button>
            ) : (
              <Button
                size="sm"
                variant="default"
                leftSection={<IconPlayerPause size={16} aria-hidden />}
                onClick={() => uploadCenter.pauseAll(albumId)}
              >
                {t('sending.pause')}
              </Button>
            )}
            <StopSending unsent={totals.unsent} onStop={() => uploadCenter.cancelAll(albumId)} />
          </div>
          <Progress
            className={classes.progress}
            value={totals.percent}
            size="sm"
            aria-label={t('sending.progress')}
            color={totals.isPaused ? 'gray' : 'sienna'}
          />
          <p className={classes.why}>{words.why ?? t(isKept ? 'sending.kept' : 'sending.not_kept')}</p>
        </section>
      )}
      <RefusedPhotos albumId={albumId} uploads={uploads} />
      {/* Only what changes seldom: whoever listens does not want to hear every percent. */}
      <p role="status" className={classes.heard}>
        {words.title ?? (totals.total === 0 ? '' : t('sending.all_sent'))}
      </p>
    </div>
  );
}
