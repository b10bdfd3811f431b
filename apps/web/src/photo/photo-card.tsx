import { IconCheck } from '@tabler/icons-react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { BeforeButton } from './before-button.js';
import { CardMenu } from './card-menu.js';
import { CardPicture } from './card-picture.js';
import { CardState } from './card-state.js';
import classes from './photo-card.module.css';
import { whatHappensNow } from './photo-sentence.js';
import type { Photo } from './photo.js';

interface PhotoCardProps {
  readonly albumId: string | null;
  readonly photo: Photo;
  /** From 1, among those that are shown. */
  readonly place: number;
  readonly total: number;
  readonly isSelecting: boolean;
  readonly isSelected: boolean;
  /** `range`: all from the last one on. The function stays the same. */
  readonly onToggle: (key: string, range: boolean) => void;
}

/** A photo of a gallery: its picture, what happens with it, and what can be done about it. */
export const PhotoCard = memo(function PhotoCard({
  albumId,
  photo,
  place,
  total,
  isSelecting,
  isSelected,
  onToggle,
}: PhotoCardProps) {
  const [showsBefore, setShowsBefore] = useState(false);
  const isDone = photo.phase === 'done';
  return (
    <div
      className={classes.card}
      role="listitem"
      aria-posinset={place}
      aria-setsize={total}
      data-phase={photo.phase}
      data-selecting={isSelecting || undefined}
      data-selected={(isSelecting && isSelected) || undefined}
    >
      <div className={classes.tile}>
        <CardPicture photo={photo} showsBefore={showsBefore && isDone} />
        {isSelecting ? (
          <Chooser photo={photo} isSelected={isSelected} onToggle={onToggle} />
        ) : (
          <Opener albumId={albumId} photo={photo} />
        )}
        <CardState photo={photo} />
        {isDone && !isSelecting && (
          <BeforeButton name={photo.name} isOn={showsBefore} onChange={setShowsBefore} />
        )}
      </div>
      <div className={classes.caption}>
        {isDone && <IconCheck className={classes.check} size={18} stroke={2.4} aria-hidden />}
        <span className={classes.name} title={photo.name}>
          {photo.name}
        </span>
        {!isSelecting && <CardMenu albumId={albumId} photo={photo} />}
      </div>
    </div>
  );
});

/** Lies on the picture and leads to the photo; a photo that has not left this device has no page yet. */
function Opener({ albumId, photo }: { albumId: string | null; photo: Photo }) {
  const { t } = useTranslation('photo');
  if (albumId === null || photo.task === null) return null;
  return (
    <Link
      className={classes.opener}
      to={`/albums/${albumId}/photos/${photo.task.id}`}
      data-card={photo.key}
      draggable={false}
      // What happens with one that is not ready stands on the picture already.
      aria-label={photo.phase === 'done' ? `${photo.name}: ${whatHappensNow(photo, t)}` : photo.name}
    />
  );
}

function Chooser({ photo, isSelected, onToggle }: Pick<PhotoCardProps, 'photo' | 'isSelected' | 'onToggle'>) {
  const { t } = useTranslation('archive');
  return (
    <button
      type="button"
      role="checkbox"
      aria-checked={isSelected}
      aria-label={t('chosen.photo', { name: photo.name })}
      className={classes.opener}
      data-card={photo.key}
      onClick={(event) => onToggle(photo.key, event.shiftKey)}
    >
      <span className={classes.box}>
        <IconCheck size={18} stroke={3} aria-hidden />
      </span>
    </button>
  );
}
