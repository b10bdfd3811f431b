import type { OverviewView } from '@app/contracts';
import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { currentLanguage } from '../../words/words.js';
import { bytesInWords } from '../measure/bytes.js';
import { Elapsed } from '../measure/moments.js';
import { ShareBar } from '../measure/share-bar.js';
import classes from './vitals.module.css';

/** What photos stand on: RabbitMQ, the disk, and what leaves the house. */
export function Vitals({ overview }: { readonly overview: OverviewView }) {
  const { t } = useTranslation('operator');
  const { broker, storage, deliveries, parked, outbox } = overview;
  const language = currentLanguage();
  const number = new Intl.NumberFormat(language);
  const brokerState = broker.connected ? (broker.blocked ? 'blocked' : 'connected') : 'away';
  const { free_bytes: free, total_bytes: total } = storage;
  return (
    <section aria-labelledby="operator-vitals">
      <Title order={2} size="h3" id="operator-vitals" mb="sm">
        {t('vitals.title')}
      </Title>
      <dl className={classes.vitals}>
        <div data-bad={brokerState !== 'connected' || undefined}>
          <dt>{t('vitals.broker')}</dt>
          <dd>{t(`vitals.broker_${brokerState}`)}</dd>
          {broker.problem !== null && (
            <dd className={classes.more} lang="en">
              {broker.problem}
            </dd>
          )}
        </div>
        <div>
          <dt>{t('vitals.outbox')}</dt>
          <dd>{number.format(outbox.pending)}</dd>
          {outbox.oldest_since !== null && (
            <dd className={classes.more}>
              {t('vitals.oldest')} <Elapsed at={outbox.oldest_since} />
            </dd>
          )}
        </div>
        <div>
          <dt>{t('vitals.storage')}</dt>
          <dd>{free === null ? t('vitals.unknown') : bytesInWords(free, language)}</dd>
          {free !== null && total !== null && total > 0 && (
            <dd className={classes.more}>
              <ShareBar
                percent={(100 * (total - free)) / total}
                label={t('vitals.storage_of', { total: bytesInWords(total, language) })}
              />
            </dd>
          )}
        </div>
        <div>
          <dt>{t('vitals.parked')}</dt>
          <dd>{parked === null ? t('vitals.unknown') : number.format(parked)}</dd>
        </div>
        <div data-bad={deliveries.failed_last_hour > 0 || undefined}>
          <dt>
            <Link to="/operator/deliveries">{t('vitals.deliveries')}</Link>
          </dt>
          <dd>{number.format(deliveries.pending)}</dd>
          {deliveries.failed_last_hour > 0 && (
            <dd className={classes.more}>
              {t('vitals.deliveries_failed', { count: deliveries.failed_last_hour })}
            </dd>
          )}
        </div>
      </dl>
    </section>
  );
}
