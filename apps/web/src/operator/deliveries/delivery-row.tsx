import type { OperatorDeliveryView } from '@app/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { redeliver } from '../api/acts.js';
import { ActButton } from '../frame/act-button.js';
import { useTrouble } from '../frame/use-trouble.js';
import { Ago, Moment } from '../measure/moments.js';
import classes from './deliveries.module.css';

/** One thing that another system was told: where, what, and whether it arrived. */
export function DeliveryRow({ delivery }: { readonly delivery: OperatorDeliveryView }) {
  const { t } = useTranslation('operator');
  const queries = useQueryClient();
  const tellTrouble = useTrouble();
  const { id, task_id: taskId, target, type, state, attempts, channel } = delivery;
  const { created_at: at, next_attempt_at: next, last_error: error } = delivery;
  const again = useMutation({
    mutationFn: () => redeliver(id),
    networkMode: 'always',
    onSuccess: () => queries.invalidateQueries({ queryKey: ['operator'] }),
    onError: tellTrouble,
  });
  return (
    <li className={classes.row}>
      <div className={classes.where}>
        <strong translate="no">{target}</strong>
        <span className={classes.quiet}>
          {t(`delivery.channel.${channel}`)} · <code>{type}</code> ·{' '}
          <Link to={`/operator/photos/${taskId}`}>{t('delivery.photo')}</Link>
        </span>
      </div>
      <div className={classes.how}>
        <span className={classes.state} data-state={state}>
          {t(`delivery.is.${state}`)}
        </span>
        <span className={classes.quiet}>
          {t('delivery.attempts', { count: attempts })} · <Ago at={at} />
        </span>
        {next !== null && (
          <span className={classes.quiet}>
            {t('delivery.next')} <Moment at={next} />
          </span>
        )}
        {error !== null && (
          <span className={classes.error} lang="en">
            {error}
          </span>
        )}
      </div>
      <ActButton
        loading={again.isPending}
        onClick={() => again.mutate()}
        aria-label={t('delivery.again_named', { target })}
      >
        {t('delivery.again')}
      </ActButton>
    </li>
  );
}
