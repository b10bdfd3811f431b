import { IconAlertTriangle, IconCheck, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Columns } from './find-columns.js';
import styles from './id-list-dialog.module.css';
import { LONGEST_ID, type IdList } from './id-list.js';
import type { IdMatch } from './match-ids.js';

/** More names than this say no more. */
const MOST_NAMES = 5;

const ICONS = { good: IconCheck, info: IconInfoCircle, bad: IconAlertTriangle };

interface IdListReportProps {
  columns: Columns;
  list: IdList;
  match: IdMatch;
}

/** What a list means for the photos that are here, with the names wherever something does not fit. */
export function IdListReport({ columns, list, match }: IdListReportProps) {
  const { t } = useTranslation('archive');
  const some = useSomeOf();
  if (columns.name === null || columns.ownId === null) {
    return <p className={styles.quiet}>{t('list.choose_columns')}</p>;
  }
  const named = (photos: readonly { name: string }[]) => some(photos.map(({ name }) => name));
  const { taking, having, missing, unlisted, tooLate, doubledPhotos } = match;
  const { doubledNames, doubledIds, incomplete, tooLong } = list;
  const count = (items: readonly unknown[]) => ({ count: items.length });
  return (
    <section aria-live="polite">
      <h3 className={styles.heading}>{t('list.result')}</h3>
      <ul className={styles.report}>
        {taking.length > 0 && <Line kind="good">{t('list.taking', count(taking))}</Line>}
        {having.length > 0 && <Line kind="good">{t('list.having', count(having))}</Line>}
        {missing.length > 0 && (
          <Line kind="info" names={named(missing)}>
            {t('list.missing', count(missing))}
          </Line>
        )}
        {unlisted.length > 0 && (
          <Line kind="info" names={named(unlisted)}>
            {t('list.unlisted', count(unlisted))}
          </Line>
        )}
        {doubledIds.length > 0 && (
          <Line kind="info" names={some(doubledIds)}>
            {t('list.doubled_ids', count(doubledIds))}
          </Line>
        )}
        {doubledPhotos.length > 0 && (
          <Line kind="info" names={some(doubledPhotos)}>
            {t('list.doubled_photos', count(doubledPhotos))}
          </Line>
        )}
        {tooLate.length > 0 && (
          <Line kind="bad" names={named(tooLate)}>
            {t('list.too_late', count(tooLate))}
          </Line>
        )}
        {doubledNames.length > 0 && (
          <Line kind="bad" names={some(doubledNames)}>
            {t('list.doubled_names', count(doubledNames))}
          </Line>
        )}
        {incomplete.length > 0 && (
          <Line kind="bad">
            {t('list.incomplete', { ...count(incomplete), rows: some(incomplete.map(String)) })}
          </Line>
        )}
        {tooLong.length > 0 && (
          <Line kind="bad">
            {t('list.too_long', {
              ...count(tooLong),
              max: LONGEST_ID,
              rows: some(tooLong.map(({ row }) => String(row))),
            })}
          </Line>
        )}
      </ul>
      {taking.length + having.length + missing.length + tooLate.length === 0 && (
        <p>{t('list.nothing_to_use')}</p>
      )}
    </section>
  );
}

/** The first few of many, and how many more there are. */
function useSomeOf(): (names: readonly string[]) => string {
  const { t, i18n } = useTranslation('archive');
  return (names) => {
    const first = names.slice(0, MOST_NAMES).join(i18n.language === 'zh-CN' ? '、' : ', ');
    const more = names.length - MOST_NAMES;
    return more > 0 ? t('list.and_more', { list: first, number: more }) : first;
  };
}

function Line({ kind, names, children }: { kind: keyof typeof ICONS; names?: string; children: ReactNode }) {
  const Picture = ICONS[kind];
  return (
    <li className={styles.line} data-kind={kind}>
      <Picture size={20} aria-hidden />
      <span>
        {children}
        {names !== undefined && <small>{names}</small>}
      </span>
    </li>
  );
}
