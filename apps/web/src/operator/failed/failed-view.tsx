import { NativeSelect, SegmentedControl, Skeleton, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { failuresQuery, overviewQuery } from '../api/reads.js';
import { typeTitle } from '../measure/type-title.js';
import classes from './failed.module.css';
import { FailureGroup } from './failure-group.js';
import { OperationList } from './operation-list.js';
import { PERIODS, periodStart, type Period } from './period.js';

/** Failed photos by reason, and what can be done with all or some of them. */
export function FailedView() {
  const { t } = useTranslation('operator');
  const [period, setPeriod] = useState<Period>('all');
  const [from, setFrom] = useState<string | undefined>(undefined);
  const [type, setType] = useState('');
  const filter = { ...(from !== undefined && { from }), ...(type !== '' && { type }) };
  const { data: groups } = useQuery(failuresQuery(filter));
  const { data: overview } = useQuery(overviewQuery());
  const types = overview?.types ?? [];
  return (
    <div className={classes.view}>
      <div className={classes.head}>
        <Title order={1}>{t('failed.title')}</Title>
        <div className={classes.filters}>
          <SegmentedControl
            classNames={{ label: classes.period!, innerLabel: classes.period! }}
            transitionDuration={0}
            aria-label={t('failed.period.label')}
            value={period}
            onChange={(value) => {
              setPeriod(value);
              setFrom(periodStart(value, Date.now()));
            }}
            data={PERIODS.map((value) => ({ value, label: t(`failed.period.${value}`) }))}
          />
          <NativeSelect
            aria-label={t('history.kind')}
            value={type}
            onChange={({ currentTarget }) => setType(currentTarget.value)}
            data={[
              { value: '', label: t('history.all') },
              ...types.map((each) => ({ value: each.type, label: typeTitle(each.type, types) })),
            ]}
          />
        </div>
      </div>
      <OperationList />
      {groups === undefined && <Skeleton h="10rem" radius="md" />}
      {groups?.length === 0 && <Text c="dimmed">{t('failed.none')}</Text>}
      {groups?.map((group) => (
        <FailureGroup key={group.code} group={group} filter={filter} types={types} />
      ))}
    </div>
  );
}
