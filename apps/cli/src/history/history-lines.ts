import type { HistoryView } from '@app/contracts';
import { layOut } from '../repair/result-table.js';

const HEAD = ['from', 'came', 'done', 'failed', 'wait p50', 'wait p95', 'run p50', 'run p95'];

/** A table of the steps in which something happened. */
export function historyLines({ step_s: stepS, points }: HistoryView): string[] {
  const rows = points
    .filter(({ submitted, succeeded, failed }) => submitted + succeeded + failed > 0)
    .map((point) => [
      point.at.slice(0, 16).replace('T', ' '),
      String(point.submitted),
      String(point.succeeded),
      String(point.failed),
      ...[point.wait_p50_s, point.wait_p95_s, point.run_p50_s, point.run_p95_s].map(secondsOf),
    ]);
  if (rows.length === 0) return ['Nothing has happened.'];
  return [`Steps of ${stepS / 60} minutes, UTC.`, '', ...layOut(HEAD, rows)];
}

function secondsOf(value: number | null): string {
  return value === null ? '-' : `${value} s`;
}
