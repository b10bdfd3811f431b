import type { PauseView, Percentiles, TypeOverview } from '@app/contracts';
import { Badge, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../../words/words.js';
import { PauseButton } from '../frame/pause-button.js';
import { durationInWords } from '../measure/duration.js';
import { Elapsed } from '../measure/moments.js';
import { typeTitle } from '../measure/type-title.js';
import classes from './type-card.module.css';

interface TypeCardProps {
  readonly overview: TypeOverview;
  readonly pauses: readonly PauseView[];
}

/** A task type at a glance: what waits, for how long, and how long it takes. */
export function TypeCard({ overview, pauses }: TypeCardProps) {
  const { t } = useTranslation('operator');
  const { type, waiting, running, oldest_waiting_since: oldest, workers, paused } = overview;
  const language = currentLanguage();
  const title = typeTitle(type, [overview]);
  const number = new Intl.NumberFormat(language);
  const pair = (of: Percentiles | null) =>
    of === null
      ? t('type.nothing')
      : t('type.pair', {
          half: durationInWords(of.p50, language),
          most: durationInWords(of.p95, language),
        });
  const pause = pauses.find(({ scope, name }) => scope === 'type' && name === type) ?? null;
  return (
    <article className={classes.card} aria-label={title} data-paused={paused || undefined}>
      <header className={classes.head}>
        <div className={classes.names}>
          <Title order={3} size="h4">
            {title}
          </Title>
          <code className={classes.key}>{type}</code>
        </div>
        {paused && (
          <Badge variant="outline" color="gray" tt="none">
            {t('type.paused')}
          </Badge>
        )}
        <PauseButton scope="type" name={type} title={title} pause={pause} />
      </header>
      <dl className={classes.large}>
        <div>
          <dt>{t('type.waiting')}</dt>
          <dd>{number.format(waiting)}</dd>
        </div>
        <div>
          <dt>{t('type.running')}</dt>
          <dd>{number.format(running)}</dd>
        </div>
        <div data-none={workers === 0 || undefined}>
          <dt>{t('type.workers')}</dt>
          <dd>{number.format(workers)}</dd>
        </div>
      </dl>
      <dl className={classes.facts}>
        <div>
          <dt>{t('type.oldest')}</dt>
          <dd>{oldest === null ? t('type.nothing') : <Elapsed at={oldest} />}</dd>
        </div>
        <div>
          <dt>{t('type.wait')}</dt>
          <dd>{pair(overview.wait_s)}</dd>
        </div>
        <div>
          <dt>{t('type.run')}</dt>
          <dd>{pair(overview.run_s)}</dd>
        </div>
        <div>
          <dt>{t('type.estimate')}</dt>
          <dd>
            {overview.estimate_s === null
              ? t('type.nothing')
              : t('type.range', {
                  from: durationInWords(overview.estimate_s.from, language),
                  to: durationInWords(overview.estimate_s.to, language),
                })}
          </dd>
        </div>
        <div>
          <dt>{t('type.hour')}</dt>
          <dd>
            {t('type.hour_counts', {
              submitted: overview.submitted_last_hour,
              finished: overview.finished_last_hour - overview.failed_last_hour,
            })}
            {overview.failed_last_hour > 0 && (
              <span className={classes.failed}>
                {t('type.hour_failed', { count: overview.failed_last_hour })}
              </span>
            )}
          </dd>
        </div>
      </dl>
    </article>
  );
}
