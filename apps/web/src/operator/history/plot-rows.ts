import type { HistoryView } from '@app/contracts';

/** A step of the history as it is drawn: `at` in ms since 1970, in the middle of the step. */
export interface PlotRow {
  readonly at: number;
  readonly submitted: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly waitHalf: number | null;
  readonly waitMost: number | null;
  readonly runHalf: number | null;
  readonly runMost: number | null;
}

export type PlotKey = Exclude<keyof PlotRow, 'at'>;

export function plotRows({ step_s: stepS, points }: HistoryView): PlotRow[] {
  return points.map((point) => ({
    at: Date.parse(point.at) + (stepS * 1000) / 2,
    submitted: point.submitted,
    succeeded: point.succeeded,
    failed: point.failed,
    waitHalf: point.wait_p50_s,
    waitMost: point.wait_p95_s,
    runHalf: point.run_p50_s,
    runMost: point.run_p95_s,
  }));
}

/** Whether a value has no neighbour to be joined to: a line would not show it. */
export function standsAlone(rows: readonly PlotRow[], index: number, key: PlotKey): boolean {
  const has = (row: PlotRow | undefined) => row !== undefined && row[key] !== null;
  return has(rows[index]) && !has(rows[index - 1]) && !has(rows[index + 1]);
}
