import { Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { operationsQuery } from '../api/reads.js';
import classes from './failed.module.css';
import { OperationRow } from './operation-row.js';

/** So many that are over are shown; the log has them all. */
const MOST_OVER = 3;

/** Operations that run, and what became of the last ones. */
export function OperationList() {
  const { t } = useTranslation('operator');
  const { data: operations = [] } = useQuery(operationsQuery());
  const running = operations.filter(({ state }) => state === 'running');
  const over = operations.filter(({ state }) => state !== 'running').slice(0, MOST_OVER);
  if (operations.length === 0) return null;
  return (
    <section aria-labelledby="operator-operations" className={classes.operations}>
      <Title order={2} size="h4" id="operator-operations">
        {t('operation.title')}
      </Title>
      <ul className={classes.rows}>
        {[...running, ...over].map((operation) => (
          <OperationRow key={operation.id} operation={operation} />
        ))}
      </ul>
    </section>
  );
}
