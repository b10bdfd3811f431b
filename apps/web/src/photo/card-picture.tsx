import { IconPhoto } from '@tabler/icons-react';
import { useState } from 'react';
import classes from './card-picture.module.css';
import type { Photo } from './photo.js';
import { smallOriginalOf, smallPictureOf, useSmallPicture } from './small-picture.js';

/** What stands on the card, and what stood there before it. */
interface Shown {
  readonly src: string;
  /** Null until its file says it. */
  readonly aspect: number | null;
  readonly isResult: boolean;
}

interface CardPictureProps {
  readonly photo: Photo;
  /** The photo before, of one that is done. */
  readonly showsBefore: boolean;
}

/**
 * The photo as a print on its mat, in its own proportions. What is seen stays until the next picture is here, decoded:
 * nothing flickers when an upload becomes a task, and the colours come in slowly when they are ready.
 */
export function CardPicture({ photo, showsBefore }: CardPictureProps) {
  const wanted = useWanted(photo, showsBefore);
  const [shown, setShown] = useState({ now: wanted, before: null as Shown | null, showsBefore });
  if (wanted !== null && wanted.src !== shown.now?.src) {
    const isJustReady = wanted.isResult && shown.now?.isResult === false && shown.showsBefore === showsBefore;
    setShown({ now: wanted, before: isJustReady ? shown.now : null, showsBefore });
  }
  const { now, before } = shown;
  if (now === null) {
    return (
      <div className={classes.mat}>
        <IconPhoto className={classes.nothing} size={40} stroke={1} aria-hidden />
      </div>
    );
  }
  return (
    <div className={classes.mat}>
      {before !== null && <Print key={before.src} {...before} />}
      <Print key={now.src} {...now} isComing={before !== null} />
    </div>
  );
}

function useWanted(photo: Photo, showsBefore: boolean): Shown | null {
  const { task, thumbnailUrl } = photo;
  const source = task && (showsBefore ? smallOriginalOf(task) : smallPictureOf(task));
  const picture = useSmallPicture(source, task && smallOriginalOf(task));
  if (task === null) {
    return thumbnailUrl === null ? null : { src: thumbnailUrl, aspect: null, isResult: false };
  }
  return (
    picture && {
      src: picture.src,
      aspect: picture.width / picture.height,
      isResult: task.output !== null && !showsBefore,
    }
  );
}

function Print({ src, aspect: known, isComing = false }: Shown & { isComing?: boolean }) {
  const [seen, setSeen] = useState<number | null>(null);
  const aspect = known ?? seen;
  return (
    <img
      className={classes.print}
      src={src}
      // The card says the name of the photo.
      alt=""
      draggable={false}
      decoding="sync"
      data-coming={isComing || undefined}
      data-shape={aspect === null ? undefined : aspect > 1 ? 'wide' : 'tall'}
      {...(aspect !== null && { style: { aspectRatio: aspect } })}
      {...(known === null && {
        onLoad: ({
          currentTarget: { naturalWidth, naturalHeight },
        }: React.SyntheticEvent<HTMLImageElement>) => setSeen(naturalWidth / naturalHeight),
      })}
    />
  );
}
