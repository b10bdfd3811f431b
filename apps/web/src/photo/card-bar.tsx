import { useTranslation } from 'react-i18next';
import classes from './card-bar.module.css';
import { progressOf } from './photo-sentence.js';
import type { Photo } from './photo.js';

/** How far it is with the one thing that happens to a photo; nothing where nothing happens. */
export function CardBar({ photo }: { photo: Photo }) {
  const { t } = useTranslation('album');
  const progress = progressOf(photo);
  if (progress === null) return null;
  const isBusy = progress === 'busy';
  return (
    <div
      className={classes.bar}
      role="progressbar"
      aria-label={t('card.progress', { name: photo.name })}
      {...(!isBusy && { 'aria-valuenow': Math.round(progress), 'aria-valuemin': 0, 'aria-valuemax': 100 })}
    >
      <span
        className={classes.done}
        data-busy={isBusy || undefined}
        {...(!isBusy && { style: { transform: `scaleX(${progress / 100})` } })}
      />
    </div>
  );
}
