import type { OperationKind, OperationMatch } from '@app/contracts';
import { Loader, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { sayProblem } from '../../photo/problem-sentence.js';
import { previewOperation, startOperation } from '../api/acts.js';
import { ActDialog } from '../frame/act-dialog.js';

interface OperationDialogProps {
  readonly kind: OperationKind;
  readonly match: OperationMatch;
  readonly onClose: () => void;
}

/** Says how many photos it would be before anything is done, and does it with exactly those. */
export function OperationDialog({ kind, match, onClose }: OperationDialogProps) {
  const { t } = useTranslation('operator');
  const queries = useQueryClient();
  const preview = useQuery({
    queryKey: ['operator', 'preview', kind, match],
    queryFn: () => previewOperation({ kind, match }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
    networkMode: 'always',
  });
  const count = preview.data ?? 0;
  const start = async (note: string) => {
    try {
      await startOperation({ kind, match, expected_count: count, note });
    } catch (error) {
      // There may be others meanwhile: the number is asked for again, and nothing is done.
      await preview.refetch();
      throw error;
    }
    await queries.invalidateQueries({ queryKey: ['operator'] });
  };
  return (
    <ActDialog
      title={t(`operation.${kind}.ask`)}
      confirm={t(`operation.${kind}.go`, { count })}
      isBlocked={count === 0}
      onConfirm={start}
      onClose={onClose}
    >
      <div role="status">
        {preview.isPending && <Loader size="sm" aria-label={t('operation.counting')} />}
        {preview.error !== null && <Text c="var(--bad)">{sayProblem(preview.error, t)}</Text>}
        {preview.isSuccess && (
          <Text fw={600} size="lg">
            {t('operation.count', { count })}
          </Text>
        )}
      </div>
      <Text>{t(`operation.${kind}.what`)}</Text>
    </ActDialog>
  );
}
