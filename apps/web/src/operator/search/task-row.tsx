import type { OperatorTaskView, TypeOverview } from '@app/contracts';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Ago } from '../measure/moments.js';
import { typeTitle } from '../measure/type-title.js';
import { Thumbnail } from '../pictures/thumbnail.js';
import classes from './search.module.css';
import { StateBadge } from './state-badge.js';

interface TaskRowProps {
  readonly task: OperatorTaskView;
  readonly types: readonly TypeOverview[];
}

/** A photo in a list: what it is called, whose it is, and where it stands. */
export function TaskRow({ task, types }: TaskRowProps) {
  const { t } = useTranslation('operator');
  const { id, filename, client_ref: ref, owner, error, discarded_at: discarded } = task;
  return (
    <article className={classes.row}>
      <Thumbnail taskId={id} alt="" />
      <div className={classes.names}>
        <Link to={`/operator/photos/${id}`}>{filename}</Link>
        {ref !== null && <span className={classes.quiet}>{ref}</span>}
      </div>
      <div className={classes.where}>
        <StateBadge state={task.status} />
        {error !== null && <span className={classes.quiet}>{t(`reason.${error.code}.what`)}</span>}
        {discarded !== null && <span className={classes.quiet}>{t('state.discarded')}</span>}
      </div>
      <div className={classes.whose}>
        <span>{typeTitle(task.type, types)}</span>
        <span className={classes.quiet}>{owner.kind === 'visitor' ? t('owner.visitor') : owner.name}</span>
      </div>
      <span className={classes.when}>
        <Ago at={task.finished_at ?? task.created_at} />
      </span>
    </article>
  );
}
