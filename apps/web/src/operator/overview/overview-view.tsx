import { Skeleton, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { overviewQuery, pausesQuery, workersQuery } from '../api/reads.js';
import { WorkerGrid } from '../workers/worker-grid.js';
import { CauseList } from './cause-list.js';
import { FlowHeadline } from './flow-headline.js';
import classes from './overview.module.css';
import { TypeCard } from './type-card.js';
import { Vitals } from './vitals.js';

// The library that draws is larger than all the rest of the operator's page.
const History = lazy(async () => ({ default: (await import('../history/history.js')).History }));

/** Whether photos flow, why not where they do not, and what every machine does at this moment. */
export function OverviewView() {
  const { t } = useTranslation('operator');
  const { data: overview, error } = useQuery(overviewQuery());
  const { data: pauses = [] } = useQuery(pausesQuery());
  const { data: workers } = useQuery(workersQuery());
  if (overview === undefined) return <Loading />;
  const intake = pauses.find(({ scope }) => scope === 'intake') ?? null;
  return (
    <div className={classes.view}>
      <FlowHeadline overview={overview} isOld={error !== null} intake={intake} />
      <CauseList causes={overview.causes} pauses={pauses} types={overview.types} />
      <section className={classes.section} aria-labelledby="operator-kinds">
        <Title order={2} size="h3" id="operator-kinds">
          {t('type.title')}
        </Title>
        <div className={classes.types}>
          {overview.types.map((type) => (
            <TypeCard key={type.type} overview={type} pauses={pauses} />
          ))}
        </div>
      </section>
      <Vitals overview={overview} />
      <WorkerGrid workers={workers ?? null} pauses={pauses} types={overview.types} />
      <Suspense fallback={<Skeleton h="18rem" radius="md" />}>
        <History types={overview.types} />
      </Suspense>
    </div>
  );
}

function Loading() {
  const { t } = useTranslation('operator');
  return (
    <div className={classes.view} aria-busy>
      <Title order={1} className={classes.waiting}>
        {t('flow.looking')}
      </Title>
      <div className={classes.types}>
        <Skeleton h="14rem" radius="md" />
        <Skeleton h="14rem" radius="md" />
      </div>
    </div>
  );
}
