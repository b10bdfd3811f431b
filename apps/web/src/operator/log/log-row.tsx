import { AUDIT_ACTS, type AuditEntryView } from '@app/contracts';
import { useTranslation } from 'react-i18next';
import { Moment } from '../measure/moments.js';
import { Link } from 'react-router';
import classes from './log.module.css';

/** One act of an operator. */
export function LogRow({ entry }: { readonly entry: AuditEntryView }) {
  const { t } = useTranslation('operator');
  const { at, by, act, subject, details, count, note } = entry;
  // The API may be of a later release than this page.
  const what = AUDIT_ACTS.includes(act) ? t(`audit.${act}`) : act;
  return (
    <li className={classes.row}>
      <span className={classes.when}>
        <Moment at={at} />
      </span>
      <span translate="no" className={classes.who}>
        {by.name}
      </span>
      <div className={classes.what}>
        <span>
          {what}
          {count !== null && <span className={classes.count}>{t('log.count', { count })}</span>}
        </span>
        {subject !== null && (
          <span className={classes.subject} translate="no">
            <Subject act={act} subject={subject} />
          </span>
        )}
        {note !== null && <span className={classes.note}>{note}</span>}
        {details !== null && Object.keys(details).length > 0 && (
          <code className={classes.details}>{JSON.stringify(details)}</code>
        )}
      </div>
    </li>
  );
}

/** A photo or an album is a way there. */
function Subject({ act, subject }: { readonly act: string; readonly subject: string }) {
  const place = act.startsWith('task_')
    ? `/operator/photos/${encodeURIComponent(subject)}`
    : /^(album|tasks)_/.test(act)
      ? `/operator/photos?album=${encodeURIComponent(subject)}`
      : null;
  return place === null ? subject : <Link to={place}>{subject}</Link>;
}
