import { useTranslation } from 'react-i18next';
import type { PhotoCounts } from '../photo/photo-counts.js';
import classes from './album-progress.module.css';

/** In the order of the bar: what is behind us comes first. */
const PARTS = ['done', 'working', 'waiting', 'unsent', 'failed', 'stopped', 'lost'] as const;

/** How far an album is: a bar whose parts are the states of its photos, and the same in words below it. */
export function AlbumProgress({ counts }: { counts: PhotoCounts }) {
  const { t } = useTranslation('album');
  const { total, done } = counts;
  const parts = PARTS.filter((part) => counts[part] > 0);
  return (
    <div className={classes.progress}>
      <div
        className={classes.bar}
        role="progressbar"
        aria-label={t('progress.label')}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        aria-valuetext={t('progress.value', { ready: done, count: total })}
      >
        {PARTS.map((part) => (
          <span key={part} className={classes.part} data-part={part} style={{ flexGrow: counts[part] }} />
        ))}
      </div>
      <ul className={classes.legend}>
        {parts.map((part) => (
          <li key={part} data-part={part}>
            {t(`progress.${part}`, { count: counts[part] })}
          </li>
        ))}
      </ul>
    </div>
  );
}
