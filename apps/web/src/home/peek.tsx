import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './peek.module.css';
import type { SizedPicture } from './samples.js';

interface PeekProps {
  /** The same picture before and after, `width` x `height` at its largest. */
  readonly before: SizedPicture;
  readonly after: SizedPicture;
  readonly sizes: string;
  readonly width: number;
  readonly height: number;
  /** What is to be seen on it, in a few words. */
  readonly shows: string;
}

/** Before and after in one picture, lighter than the viewer's: the first thing that anybody loads. */
export function Peek({ before, after, sizes, width, height, shows }: PeekProps) {
  const { t } = useTranslation('home');
  const [coloured, setColoured] = useState(50);
  return (
    <div className={`peek ${classes.peek}`}>
      <img {...before} sizes={sizes} width={width} height={height} alt={t('peek.before', { shows })} />
      <img
        className="peek-after"
        style={{ clipPath: `inset(0 0 0 ${100 - coloured}%)` }}
        {...after}
        sizes={sizes}
        width={width}
        height={height}
        alt={t('peek.after', { shows })}
      />
      <span className={classes.line} style={{ left: `${100 - coloured}%` }} aria-hidden />
      <span className={classes.label} data-side="before" aria-hidden>
        {t('peek.before_label')}
      </span>
      <span className={classes.label} data-side="after" aria-hidden>
        {t('peek.after_label')}
      </span>
      <input
        className={classes.slider}
        type="range"
        min={0}
        max={100}
        value={100 - coloured}
        aria-label={t('peek.slide')}
        aria-valuetext={t('peek.shown', { percent: coloured })}
        onChange={(event) => setColoured(100 - Number(event.currentTarget.value))}
      />
    </div>
  );
}
