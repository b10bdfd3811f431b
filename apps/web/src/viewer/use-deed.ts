import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../api/api-problem.js';

export interface Deed {
  readonly run: () => void;
  readonly isBusy: boolean;
  /** The plain sentence of why it was not done. */
  readonly trouble: string | null;
}

/** Something the person asked for; its effect comes back by the live socket, and what goes wrong is said. */
export function useDeed(deed: () => Promise<unknown>, onDone?: () => void): Deed {
  const { t } = useTranslation('problem');
  const { mutate, isPending, error } = useMutation({
    mutationFn: deed,
    networkMode: 'always',
    ...(onDone && { onSuccess: onDone }),
  });
  let trouble: string | null = null;
  if (error !== null) trouble = t(error instanceof ApiProblem ? error.code : 'internal_error');
  return { run: () => mutate(), isBusy: isPending, trouble };
}
