import type { PlotKey } from './plot-rows.js';

/** A line of a plot. */
export interface PlotLine {
  readonly key: PlotKey;
  readonly label: string;
  /** `main`: what is looked for; `side`: what it is measured by. */
  readonly tone: 'main' | 'side' | 'bad';
}
