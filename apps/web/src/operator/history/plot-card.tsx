import { currentLanguage } from '../../words/words.js';
import type { PlotRow } from './plot-rows.js';
import type { PlotLine } from './plot-line.js';
import classes from './plot.module.css';

interface PlotCardProps {
  readonly rows: readonly PlotRow[];
  readonly lines: readonly PlotLine[];
  readonly format: (value: number) => string;
  /** The plot says whether the pointer is on it, and at which time. */
  readonly active?: boolean;
  readonly label?: number | string;
}

/** What was at the time that the pointer is at. */
export function PlotCard({ rows, lines, format, active = false, label: at }: PlotCardProps) {
  const row = active ? rows.find((each) => each.at === Number(at)) : undefined;
  if (row === undefined) return null;
  const time = new Intl.DateTimeFormat(currentLanguage(), {
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (
    <div className={classes.card}>
      <strong>{time.format(row.at)}</strong>
      {lines.map(({ key, label }) => {
        const value = row[key];
        return (
          <div key={key} className={classes.value}>
            <span>{label}</span>
            <span>{value === null ? '–' : format(value)}</span>
          </div>
        );
      })}
    </div>
  );
}
