import type { HistoryPoint } from '@app/contracts';
import { expect, it } from 'vitest';
import { historyLines } from './history-lines.js';

const quiet: HistoryPoint = {
  at: '2026-03-01T09:00:00.000Z',
  submitted: 0,
  succeeded: 0,
  failed: 0,
  wait_p50_s: null,
  wait_p95_s: null,
  run_p50_s: null,
  run_p95_s: null,
};

it('shows the steps in which something happened', () => {
  const busy = {
    ...quiet,
    at: '2026-03-01T09:15:00.000Z',
    submitted: 4,
    succeeded: 3,
    failed: 1,
    wait_p50_s: 1.5,
  };
  const lines = historyLines({ step_s: 900, points: [quiet, busy] });
  expect(lines[0]).toBe('Steps of 15 minutes, UTC.');
  expect(lines.at(-1)!.split(/ {2,}/)).toEqual(['2026-03-01 09:15', '4', '3', '1', '1.5 s', '-', '-', '-']);
  expect(lines).toHaveLength(5);
  expect(historyLines({ step_s: 900, points: [quiet] })).toEqual(['Nothing has happened.']);
});
