import classes from './share-bar.module.css';

interface ShareBarProps {
  /** 0 to 100: how much of it is taken. */
  readonly percent: number;
  /** What is written beside it, and what it is called. */
  readonly label: string;
  /** A line at the share from which on it is too much. */
  readonly isFull?: boolean;
}

/** A share as a thin bar with its words. */
export function ShareBar({ percent, label, isFull = percent >= 95 }: ShareBarProps) {
  const share = Math.min(100, Math.max(0, percent));
  return (
    <span className={classes.share} data-full={isFull || undefined}>
      <span className={classes.track} aria-hidden>
        <span className={classes.taken} style={{ width: `${share}%` }} />
      </span>
      <span>{label}</span>
    </span>
  );
}
