import type { OperationView } from '@app/contracts';
import { Progress, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { stopOperation } from '../api/acts.js';
import { ActButton } from '../frame/act-button.js';
import { useTrouble } from '../frame/use-trouble.js';
import { Ago } from '../measure/moments.js';
import classes from './failed.module.css';

/** How far an operation is; it can be stopped while it runs. */
export function OperationRow({ operation }: { readonly operation: OperationView }) {
  const { t } = useTranslation('operator');
  const queries = useQueryClient();
  const tellTrouble = useTrouble();
  const { id, kind, total, done, skipped, state, by, note, created_at: at } = operation;
  const stop = useMutation({
    mutationFn: () => stopOperation(id),
    networkMode: 'always',
    onSuccess: () => queries.invalidateQueries({ queryKey: ['operator'] }),
    onError: tellTrouble,
  });
  const title = t(`operation.${kind}.row`, { count: total });
  return (
    <li className={classes.operation}>
      <div className={classes.operationHead}>
        <Text fw={600}>{title}</Text>
        <Text size="sm" c="dimmed">
          {t('operation.by', { name: by.name })} <Ago at={at} />
        </Text>
        {state === 'running' && (
          <ActButton
            loading={stop.isPending}
            onClick={() => stop.mutate()}
            aria-label={t('operation.stop_named', { title })}
          >
            {t('operation.stop')}
          </ActButton>
        )}
      </div>
      {state === 'running' && (
        <Progress value={(100 * (done + skipped)) / Math.max(1, total)} aria-label={title} />
      )}
      <Text size="sm" c="dimmed">
        {t(`operation.state.${state}`, { done, total })}{' '}
        {skipped > 0 && t('operation.skipped', { count: skipped })}
      </Text>
      {note !== null && <Text size="sm">{note}</Text>}
    </li>
  );
}
