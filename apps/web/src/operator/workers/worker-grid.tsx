import type { PauseView, TypeOverview, WorkerView } from '@app/contracts';
import { Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { WorkerCard } from './worker-card.js';
import classes from './workers.module.css';

interface WorkerGridProps {
  /** Null until it is known. */
  readonly workers: readonly WorkerView[] | null;
  readonly pauses: readonly PauseView[];
  readonly types: readonly TypeOverview[];
}

/** Every worker of which something was heard lately, and its GPUs. */
export function WorkerGrid({ workers, pauses, types }: WorkerGridProps) {
  const { t } = useTranslation('operator');
  return (
    <section aria-labelledby="operator-workers">
      <Title order={2} size="h3" id="operator-workers" mb="sm">
        {t('worker.title')}
      </Title>
      {workers?.length === 0 && <Text c="dimmed">{t('worker.none')}</Text>}
      <div className={classes.grid}>
        {workers?.map((worker) => (
          <WorkerCard key={worker.process} worker={worker} pauses={pauses} types={types} />
        ))}
      </div>
    </section>
  );
}
