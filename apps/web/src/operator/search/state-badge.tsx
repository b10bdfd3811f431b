import type { TaskState } from '@app/contracts';
import { useTranslation } from 'react-i18next';
import classes from './search.module.css';

/** The state of a photo, in words and a colour. */
export function StateBadge({ state }: { readonly state: TaskState }) {
  const { t } = useTranslation('operator');
  return (
    <span className={classes.state} data-state={state}>
      {t(`state.${state}`)}
    </span>
  );
}
