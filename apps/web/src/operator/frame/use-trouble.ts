import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../api/api-problem.js';
import { sayProblem } from '../../photo/problem-sentence.js';

/** Says in plain words why something was not done. */
export function useTrouble(): (error: unknown) => void {
  const { t } = useTranslation('operator');
  return useCallback(
    (error) => {
      notifications.show({
        color: 'var(--bad)',
        title: t('act.trouble'),
        message: sayProblem(error, t),
        autoClose: 10_000,
      });
      // A mistake of ours; whoever looks into it needs its trace.
      if (!(error instanceof ApiProblem)) console.error(error);
    },
    [t],
  );
}
