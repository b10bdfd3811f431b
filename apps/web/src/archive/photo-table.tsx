import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Photo } from '../photo/photo.js';
import { isChosen } from './chosen-photos.js';
import { PhotoRow } from './photo-row.js';
import styles from './photo-table.module.css';
import type { GalleryTools } from './use-gallery-tools.js';
import { useNow } from './use-now.js';
import { useRowWindow } from './use-row-window.js';

interface PhotoTableProps {
  albumId: string | null;
  /** Those that are shown. */
  photos: readonly Photo[];
  tools: GalleryTools;
}

/**
 * The list view: a row for each photo with its name, own number, state, reason and time. Only the rows near the window
 * are drawn; it scrolls with the window.
 */
export function PhotoTable({ albumId, photos, tools: { selection } }: PhotoTableProps) {
  const { t } = useTranslation('archive');
  const now = useNow();
  const rows = useRowWindow(photos.length);
  const isAll = photos.length > 0 && photos.every((photo) => isChosen(photo, selection.keys));
  const isSome = photos.some((photo) => isChosen(photo, selection.keys));
  const toggle = (key: string, range: boolean) =>
    selection.toggle(key, { range, order: photos.map((photo) => photo.key) });
  return (
    <div
      className={styles.table}
      role="table"
      aria-label={t('table.label')}
      aria-rowcount={photos.length + 1}
      data-choosing={selection.isOn}
    >
      <div role="rowgroup">
        <div className={styles.head} role="row" aria-rowindex={1}>
          <span role="columnheader" className={styles.check}>
            <Checkbox
              aria-label={t('table.choose_all')}
              checked={isAll}
              indeterminate={isSome && !isAll}
              onChange={() => (isAll ? selection.clear() : selection.selectAll(photos.map(({ key }) => key)))}
            />
          </span>
          <span role="columnheader" className={styles.photo}>
            {t('table.photo')}
          </span>
          <span role="columnheader">{t('table.own_id')}</span>
          <span role="columnheader">{t('table.state')}</span>
          <span role="columnheader" className={styles.when}>
            {t('table.when')}
          </span>
        </div>
      </div>
      <div ref={rows.container} role="rowgroup" className={styles.body} style={{ height: rows.height }}>
        {rows.items.map(({ index, top }) => (
          <PhotoRow
            key={photos[index]!.uploadId ?? photos[index]!.key}
            albumId={albumId}
            photo={photos[index]!}
            index={index}
            top={top}
            now={now}
            isChosen={isChosen(photos[index]!, selection.keys)}
            isChoosing={selection.isOn}
            onToggle={toggle}
            onFocus={rows.keep}
          />
        ))}
      </div>
    </div>
  );
}
