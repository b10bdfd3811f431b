import { Checkbox } from '@mantine/core';
import { memo, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Photo } from '../photo/photo.js';
import { whatHappensNow, whenReady, whyNot } from '../photo/photo-sentence.js';
import { smallOriginalOf, smallPictureOf, useSmallPicture } from '../photo/small-picture.js';
import { reasonOf } from './group-failures.js';
import { stateOf } from './photo-filter.js';
import styles from './photo-table.module.css';

interface PhotoRowProps {
  albumId: string | null;
  photo: Photo;
  /** From 0, among those that are shown. */
  index: number;
  /** CSS pixels from the top of the first row. */
  top: number;
  now: number;
  isChosen: boolean;
  isChoosing: boolean;
  onToggle: (key: string, range: boolean) => void;
  onFocus: (index: number) => void;
}

/** A photo of the list view. While photos are being chosen, a click anywhere on it chooses it. */
export const PhotoRow = memo(function PhotoRow(props: PhotoRowProps) {
  const { albumId, photo, index, top, isChosen, isChoosing, onToggle, onFocus } = props;
  const { t } = useTranslation('archive');
  const onRow = (event: MouseEvent) => {
    if (!isChoosing || (event.target as Element).closest('input, label, button') !== null) return;
    event.preventDefault();
    onToggle(photo.key, event.shiftKey);
  };
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      className={styles.row}
      style={{ transform: `translateY(${top}px)` }}
      onClickCapture={onRow}
      onFocus={() => onFocus(index)}
    >
      <span role="cell" className={styles.check}>
        <Checkbox
          aria-label={t('chosen.photo', { name: photo.name })}
          checked={isChosen}
          onChange={({ nativeEvent }) =>
            onToggle(photo.key, 'shiftKey' in nativeEvent && !!nativeEvent.shiftKey)
          }
        />
      </span>
      <span role="cell" className={styles.photo}>
        <Picture photo={photo} />
        {albumId !== null && photo.task !== null ? (
          <Link className={styles.name} to={`/albums/${albumId}/photos/${photo.task.id}`}>
            {photo.name}
          </Link>
        ) : (
          <span className={styles.name}>{photo.name}</span>
        )}
      </span>
      <OwnId photo={photo} />
      <State photo={photo} />
      <When photo={photo} now={props.now} />
    </div>
  );
});

/** The API's small pictures are kept by the page: a row that is scrolled back into sight has its picture at once. */
function Picture({ photo: { task, thumbnailUrl } }: { photo: Photo }) {
  const kept = useSmallPicture(task && smallPictureOf(task), task && smallOriginalOf(task));
  const source = task === null ? thumbnailUrl : (kept?.src ?? null);
  return (
    <span className={styles.picture}>{source !== null && <img src={source} alt="" decoding="async" />}</span>
  );
}

function OwnId({ photo }: { photo: Photo }) {
  const { t } = useTranslation('archive');
  const ownId = photo.clientRef;
  return (
    <span role="cell" className={styles.ownId} title={ownId ?? undefined}>
      {ownId ?? <span className={styles.none}>{t('table.no_own_id')}</span>}
    </span>
  );
}

function State({ photo }: { photo: Photo }) {
  const { t } = useTranslation(['archive', 'photo', 'problem', 'failure']);
  const reason = reasonOf(photo);
  const why = reason === null ? whyNot(photo, t) : t(`archive:reason.${reason}`);
  return (
    <span role="cell" className={styles.state} data-state={stateOf(photo)}>
      <span>{whatHappensNow(photo, t)}</span>
      {why !== null && <small title={why}>{why}</small>}
    </span>
  );
}

function When({ photo, now }: { photo: Photo; now: number }) {
  const { t, i18n } = useTranslation(['archive', 'photo']);
  const at = photo.task?.finished_at ?? null;
  const when = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'short', timeStyle: 'short' });
  return (
    <span role="cell" className={styles.when}>
      {at === null ? whenReady(photo, t, now) : <time dateTime={at}>{when.format(new Date(at))}</time>}
    </span>
  );
}
