import { DELIVERY_STATES } from '@app/contracts';
import { NativeSelect, Skeleton, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sayProblem } from '../../photo/problem-sentence.js';
import { deliveriesQuery } from '../api/reads.js';
import { MoreButton } from '../frame/more-button.js';
import { DeliveryRow } from './delivery-row.js';
import classes from './deliveries.module.css';

/** Between two letters of somebody who types. */
const TYPING_MS = 300;

/** What other systems were told, and what did not arrive. */
export function DeliveriesView() {
  const { t } = useTranslation('operator');
  const [state, setState] = useState('');
  const [host, setHost] = useState('');
  const [soughtHost] = useDebouncedValue(host.trim(), TYPING_MS);
  const filter = { ...(state !== '' && { state }), ...(soughtHost !== '' && { host: soughtHost }) };
  const list = useInfiniteQuery(deliveriesQuery(filter));
  const deliveries = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className={classes.view}>
      <div className={classes.head}>
        <div>
          <Title order={1}>{t('delivery.title')}</Title>
          <Text c="dimmed">{t('delivery.intro')}</Text>
        </div>
        <div className={classes.filters}>
          <NativeSelect
            label={t('delivery.state')}
            value={state}
            onChange={({ currentTarget }) => setState(currentTarget.value)}
            data={[
              { value: '', label: t('search.any') },
              ...DELIVERY_STATES.map((value) => ({ value, label: t(`delivery.is.${value}`) })),
            ]}
          />
          <TextInput
            label={t('delivery.host')}
            value={host}
            onChange={({ currentTarget }) => setHost(currentTarget.value)}
          />
        </div>
      </div>
      {list.isPending && <Skeleton h="10rem" radius="md" />}
      {list.error !== null && deliveries.length === 0 && (
        <Text c="var(--bad)">{sayProblem(list.error, t)}</Text>
      )}
      {list.isSuccess && deliveries.length === 0 && <Text c="dimmed">{t('delivery.none')}</Text>}
      {deliveries.length > 0 && (
        <ul className={classes.rows} aria-label={t('delivery.title')}>
          {deliveries.map((delivery) => (
            <DeliveryRow key={delivery.id} delivery={delivery} />
          ))}
        </ul>
      )}
      <MoreButton list={list} />
    </div>
  );
}
