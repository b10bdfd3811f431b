import type { HistoryPoint } from '@app/contracts';
import { expect, it } from 'vitest';
import { plotRows, standsAlone } from './plot-rows.js';

const point = (minute: number, wait: number | null): HistoryPoint => ({
  at: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
  submitted: 1,
  succeeded: wait === null ? 0 : 1,
  failed: 0,
  wait_p50_s: wait,
  wait_p95_s: wait,
  run_p50_s: null,
  run_p95_s: null,
});

it('draws each step in its middle, and sees what no line would show', () => {
  const rows = plotRows({
    step_s: 600,
    points: [point(0, 3), point(10, null), point(20, 4), point(30, 5), point(40, null)],
  });
  expect(rows[0]!.at).toBe(Date.UTC(2026, 0, 1, 0, 5));
  expect(rows.map((_, index) => standsAlone(rows, index, 'waitHalf'))).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});
