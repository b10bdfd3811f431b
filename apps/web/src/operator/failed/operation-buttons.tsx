import type { OperationKind, OperationMatch } from '@app/contracts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActButton } from '../frame/act-button.js';
import { OperationDialog } from './operation-dialog.js';

interface OperationButtonsProps {
  readonly match: OperationMatch;
  /** How many they are as far as the page knows; the dialog asks. */
  readonly count: number;
  /** The reason that they failed for. */
  readonly title: string;
}

/** Try again, or take off the list. */
export function OperationButtons({ match, count, title }: OperationButtonsProps) {
  const { t } = useTranslation('operator');
  const [asking, setAsking] = useState<OperationKind | null>(null);
  const isSome = 'task_ids' in match;
  return (
    <>
      {(['retry', 'discard'] as const).map((kind) => (
        <ActButton
          key={kind}
          {...(kind === 'retry' && { variant: 'filled' })}
          onClick={() => setAsking(kind)}
          aria-label={t(`operation.${kind}.${isSome ? 'some_named' : 'all_named'}`, { count, title })}
        >
          {t(`operation.${kind}.${isSome ? 'some' : 'all'}`, { count })}
        </ActButton>
      ))}
      {asking !== null && <OperationDialog kind={asking} match={match} onClose={() => setAsking(null)} />}
    </>
  );
}
