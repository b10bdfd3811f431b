import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../api/api-problem.js';
import { sayProblem } from '../photo/problem-sentence.js';

/** Does something that the API may refuse; answers whether it came to its end. What went wrong is said in plain words. */
export type Act = (what: () => Promise<void>) => Promise<boolean>;

export function useAct(): Act {
  const { t } = useTranslation('album');
  return useCallback(
    async (what) => {
      try {
        await what();
        return true;
      } catch (error) {
        notifications.show({
          color: 'var(--bad)',
          title: t('told.trouble'),
          message: sayProblem(error, t),
          autoClose: 10_000,
        });
        // A mistake of ours; whoever looks into it needs its trace.
        if (!(error instanceof ApiProblem)) console.error(error);
        return false;
      }
    },
    [t],
  );
}

/** Says that something is done. */
export function tell(message: string): void {
  notifications.show({ message, color: 'var(--good)' });
}
