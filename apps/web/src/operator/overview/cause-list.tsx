import type { CauseView, PauseView, TypeOverview } from '@app/contracts';
import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CauseCard } from './cause-card.js';
import classes from './cause-list.module.css';

interface CauseListProps {
  readonly causes: readonly CauseView[];
  readonly pauses: readonly PauseView[];
  readonly types: readonly TypeOverview[];
}

/** Why photos do not flow, worst first, as the API has put them. */
export function CauseList({ causes, pauses, types }: CauseListProps) {
  const { t } = useTranslation('operator');
  if (causes.length === 0) return null;
  return (
    <section aria-labelledby="operator-causes">
      <Title order={2} size="h3" id="operator-causes" mb="sm">
        {t('cause.title', { count: causes.length })}
      </Title>
      <ul className={classes.causes}>
        {causes.map((cause) => (
          <CauseCard key={`${cause.code} ${cause.subject}`} cause={cause} pauses={pauses} types={types} />
        ))}
      </ul>
    </section>
  );
}
