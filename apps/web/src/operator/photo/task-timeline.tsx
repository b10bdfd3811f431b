import type { TimelineEntry } from '@app/contracts';
import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../../words/words.js';
import { durationInWords } from '../measure/duration.js';
import { Moment } from '../measure/moments.js';
import classes from './photo.module.css';
import { reasonWords } from './reason-words.js';

/** Every step, who did it, and how long after the one before. */
export function TaskTimeline({ timeline }: { readonly timeline: readonly TimelineEntry[] }) {
  const { t } = useTranslation('operator');
  const language = currentLanguage();
  return (
    <section aria-labelledby="operator-timeline" className={classes.panel}>
      <Title order={2} size="h4" id="operator-timeline">
        {t('timeline.title')}
      </Title>
      <ol className={classes.timeline}>
        {timeline.map((entry, index) => {
          const before = timeline[index - 1];
          const afterS = before && (Date.parse(entry.at) - Date.parse(before.at)) / 1000;
          return (
            <li key={entry.seq} data-state={entry.status}>
              <span className={classes.step}>
                {t(`step.${entry.step}`)}
                {entry.reason !== null && <span>{reasonWords(entry.reason, t)}</span>}
              </span>
              <span className={classes.quiet}>
                <Moment at={entry.at} />
                {afterS !== undefined && (
                  <span>{t('timeline.after', { time: durationInWords(afterS, language) })}</span>
                )}
                <span translate="no">{[entry.by, entry.gpu].filter((each) => each !== null).join(', ')}</span>
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
