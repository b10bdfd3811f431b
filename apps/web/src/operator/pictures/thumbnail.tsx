import { IconPhotoOff } from '@tabler/icons-react';
import { useOperatorPicture } from './operator-pictures.js';
import classes from './pictures.module.css';

interface ThumbnailProps {
  readonly taskId: string;
  /** What it shows; empty where the words beside it say so. */
  readonly alt: string;
}

/** The photo as it was added, small. */
export function Thumbnail({ taskId, alt }: ThumbnailProps) {
  const { src, isNone } = useOperatorPicture(`/v1/tasks/${encodeURIComponent(taskId)}/thumbnail`);
  return (
    <span className={classes.thumbnail}>
      {isNone && <IconPhotoOff size={20} stroke={1.3} aria-label={alt} aria-hidden={alt === ''} />}
      {src !== null && <img src={src} alt={alt} draggable={false} />}
    </span>
  );
}
