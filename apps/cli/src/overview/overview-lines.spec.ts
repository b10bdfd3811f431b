import type { OverviewView } from '@app/contracts';
import { expect, it } from 'vitest';
import { ago, overviewLines } from './overview-lines.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');

const view: OverviewView = {
  at: '2026-03-01T12:00:00.000Z',
  types: [
    {
      type: 'person',
      title: null,
      waiting: 3,
      in_line: 3,
      running: 1,
      oldest_waiting_since: '2026-03-01T11:59:00.000Z',
      workers: 2,
      paused: true,
      submitted_last_hour: 40,
      finished_last_hour: 36,
      failed_last_hour: 2,
      wait_s: { p50: 1, p95: 4.2 },
      run_s: null,
      estimate_s: { from: 20, to: 45 },
    },
  ],
  causes: [
    {
      code: 'type_paused',
      subject: 'person',
      since: '2026-03-01T11:30:00.000Z',
      detail: 'By Ada.\u001B[2J',
      runbook: 'paused',
    },
  ],
  broker: { connected: true, blocked: false, problem: null },
  storage: { free_bytes: 4e9, total_bytes: null },
  deliveries: { pending: 5, failed_last_hour: 1 },
  parked: null,
  outbox: { pending: 0, oldest_since: null },
};

it('says why photos do not flow, then how each type stands', () => {
  const lines = overviewLines(view, NOW);
  expect(lines[0]).toBe('type_paused person for 30 min: By Ada. [2J (docs/RUNBOOK.md#paused)');
  expect(lines[4]!.split(/ {2,}/)).toEqual([
    'person (paused)',
    '3',
    '1',
    '2',
    '60 s',
    '4.2 s',
    '-',
    '34',
    '2',
    '20-45 s',
  ]);
  expect(lines.join('\n')).toContain('4.0 GB of ?');
  expect(overviewLines({ ...view, causes: [] }, NOW)[0]).toBe('Photos flow.');
});

it.each([
  [0, '0 s'],
  [119, '119 s'],
  [600, '10 min'],
  [7_200, '2 h'],
  [200_000, '2 d'],
  [-5, '0 s'],
])('says %d seconds as %s', (seconds, words) => {
  expect(ago(new Date(NOW - seconds * 1000).toISOString(), NOW)).toBe(words);
});
