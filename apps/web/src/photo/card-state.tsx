import { IconAlertCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useAlbumActions } from '../album/album-actions.js';
import { useNow } from '../album/use-now.js';
import { uploadCenter } from '../uploads/upload-center.js';
import { CardBar } from './card-bar.js';
import classes from './card-state.module.css';
import { canRetry } from './photo-counts.js';
import { whatHappensNow, whenReady, whyNot } from './photo-sentence.js';
import type { Photo } from './photo.js';
import { ReplaceButton } from './replace-button.js';

/** Where a photo needs somebody, or at least an explanation. */
const IN_TROUBLE: readonly Photo['phase'][] = ['refused', 'lost', 'failed', 'expired', 'stopped'];

/** What happens with a photo that is not ready, on its picture: there nothing moves when it changes. */
export function CardState({ photo }: { photo: Photo }) {
  const { t } = useTranslation(['album', 'photo', 'problem', 'failure']);
  const { phase } = photo;
  if (phase === 'done') return null;
  const isInTrouble = IN_TROUBLE.includes(phase);
  const why = isInTrouble || isOfThisPhotoAlone(photo) ? whyNot(photo, t) : null;
  return (
    <div className={classes.state} data-trouble={isInTrouble || undefined}>
      <p className={classes.now}>
        {isInTrouble && phase !== 'stopped' && <IconAlertCircle size={18} stroke={1.8} aria-hidden />}
        {whatHappensNow(photo, t)}
      </p>
      {why !== null && <p className={classes.why}>{why}</p>}
      {why === null && (phase === 'in_line' || phase === 'working') && <WhenReady photo={photo} />}
      <CardBar photo={photo} />
      <WayOn photo={photo} />
    </div>
  );
}

/** What holds up all photos of the album is said once, above them. */
function isOfThisPhotoAlone({ phase, task, problem }: Photo): boolean {
  if (phase === 'waiting_to_send') return problem !== null && problem !== 'offline';
  if (phase !== 'in_line' || task === null) return false;
  return task.delayed_by === 'retry_delay' || (task.delayed_by === null && task.error !== null);
}

function WhenReady({ photo }: { photo: Photo }) {
  const { t } = useTranslation('photo');
  const when = whenReady(photo, t, useNow());
  return when === null ? null : <p className={classes.why}>{when}</p>;
}

/** The one thing to do about it, where there is one. */
function WayOn({ photo }: { photo: Photo }) {
  const { t } = useTranslation('album');
  const actions = useAlbumActions();
  if (actions === null) return null;
  const { phase, name } = photo;
  if (phase === 'paused') {
    return (
      <button
        type="button"
        className={classes.button}
        aria-label={`${t('card.go_on')}: ${name}`}
        onClick={() => uploadCenter.resume(photo.key)}
      >
        {t('card.go_on')}
      </button>
    );
  }
  if (canRetry(photo)) {
    return (
      <button
        type="button"
        className={classes.button}
        aria-label={`${t('card.again')}: ${name}`}
        onClick={() => actions.again(photo)}
      >
        {t('card.again')}
      </button>
    );
  }
  if (phase === 'lost' || phase === 'refused') {
    return (
      <ReplaceButton photo={photo} className={classes.button}>
        {t(phase === 'lost' ? 'card.choose_again' : 'card.choose_other')}
      </ReplaceButton>
    );
  }
  return null;
}
