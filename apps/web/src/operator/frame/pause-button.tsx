import type { PauseScope, PauseView } from '@app/contracts';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pause as stop, resume } from '../api/acts.js';
import { ActButton } from './act-button.js';
import { ActDialog } from './act-dialog.js';
import { useTrouble } from './use-trouble.js';

interface PauseButtonProps {
  readonly scope: PauseScope;
  readonly name: string | null;
  /** What it is called, for the question and for who listens. */
  readonly title: string;
  /** Null while it is not paused. */
  readonly pause: PauseView | null;
}

/** Stops something after a question, which takes a note; lets it go on at once. */
export function PauseButton({ scope, name, title, pause }: PauseButtonProps) {
  const { t } = useTranslation('operator');
  const queries = useQueryClient();
  const tellTrouble = useTrouble();
  const [isAsking, setAsking] = useState(false);
  const refresh = () => queries.invalidateQueries({ queryKey: ['operator'] });
  const goOn = useMutation({
    mutationFn: () => resume(scope, name),
    networkMode: 'always',
    onSuccess: refresh,
    onError: tellTrouble,
  });
  return (
    <>
      {pause === null ? (
        <ActButton
          leftSection={<IconPlayerPause size={16} stroke={1.8} aria-hidden />}
          onClick={() => setAsking(true)}
          aria-label={t(`pause.${scope}.pause_named`, { title })}
        >
          {t(`pause.${scope}.pause`)}
        </ActButton>
      ) : (
        <ActButton
          variant="filled"
          leftSection={<IconPlayerPlay size={16} stroke={1.8} aria-hidden />}
          loading={goOn.isPending}
          onClick={() => goOn.mutate()}
          aria-label={t(`pause.${scope}.resume_named`, { title })}
        >
          {t(`pause.${scope}.resume`)}
        </ActButton>
      )}
      {isAsking && (
        <ActDialog
          title={t(`pause.${scope}.ask`, { title })}
          confirm={t(`pause.${scope}.pause`)}
          onConfirm={async (note) => {
            await stop(scope, name, note);
            await refresh();
          }}
          onClose={() => setAsking(false)}
        >
          {t(`pause.${scope}.what`)}
        </ActDialog>
      )}
    </>
  );
}
