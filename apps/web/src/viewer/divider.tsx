import { IconArrowsHorizontal } from '@tabler/icons-react';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './divider.module.css';

/** Where the divider stands at first, and comes back to: half and half. */
export const HALF = 50;

interface DividerProps {
  /** How much of the photo before is seen, 0 to 100 from the left. */
  readonly value: number;
  readonly onChange: (value: number) => void;
  /** The name of the photo. */
  readonly name: string;
  /** Where the line is drawn on what it lies on. */
  readonly at: Pick<CSSProperties, 'left' | 'top' | 'height'>;
}

/**
 * The line between before and after. A range input that is not seen stands behind it: keys, screen readers and switch
 * control get all that they expect of a slider; whoever mounts it moves it by pointer, by `data-divider`.
 */
export function Divider({ value, onChange, name, at }: DividerProps) {
  const { t } = useTranslation('viewer');
  return (
    <>
      <input
        type="range"
        className={classes.range}
        min={0}
        max={100}
        value={Math.round(value)}
        onChange={(event) => onChange(Number(event.currentTarget.value))}
        aria-label={t('compare', { name })}
        aria-valuetext={t('compare_value', { percent: 100 - Math.round(value) })}
      />
      <div className={classes.line} style={at} data-divider aria-hidden>
        <span className={classes.handle}>
          <IconArrowsHorizontal size={22} stroke={1.8} />
        </span>
      </div>
    </>
  );
}
