import type { OperationView } from '@app/contracts';
import { expect, it } from 'vitest';
import { operationLines } from './operation-lines.js';

const AT = '2026-03-01T09:00:00.000Z';
const operation: OperationView = {
  id: '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c',
  kind: 'retry',
  match: {},
  total: 42,
  done: 40,
  skipped: 2,
  state: 'finished',
  per_second: 20,
  by: { id: 'x', name: 'Ada' },
  note: null,
  created_at: AT,
  finished_at: AT,
};

it('shows each operation, how far it is and what it is for', () => {
  const lines = operationLines([
    operation,
    { ...operation, match: { failure: 'out_of_memory', q: 'a\u001B' }, note: 'mended' },
    { ...operation, match: { task_ids: ['a', 'b'] } },
  ]);
  expect(lines.slice(2).map((line) => line.split(/ {2,}/).slice(1))).toEqual([
    ['retry', 'finished', '40', '2', '42', 'Ada', AT, 'all failed', '-'],
    ['retry', 'finished', '40', '2', '42', 'Ada', AT, 'failure=out_of_memory q=a', 'mended'],
    ['retry', 'finished', '40', '2', '42', 'Ada', AT, '2 named', '-'],
  ]);
  expect(operationLines([])).toEqual(['There is no operation.']);
});
