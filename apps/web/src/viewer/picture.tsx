import classes from './picture.module.css';
import type { PictureState } from './use-picture.js';

interface PictureProps {
  readonly state: PictureState;
  readonly alt: string;
}

/**
 * A picture in the middle of its pane, in the size and place of the stage's zoom. The small one comes first, and the big
 * one in the same place on top of it, so that nothing jumps.
 */
export function Picture({ state, alt }: PictureProps) {
  const { smallSrc, src } = state;
  return (
    <div className={classes.picture} data-picture>
      {smallSrc !== null && <img src={smallSrc} alt={src === null ? alt : ''} draggable={false} />}
      {src !== null && (
        <img className={classes.big} src={src} alt={alt} draggable={false} decoding="async" data-big />
      )}
    </div>
  );
}
