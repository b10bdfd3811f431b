import type { WorkerView } from '@app/contracts';
import { expect, it } from 'vitest';
import { workerState, type WorkerState } from './worker-state.js';

const AT_WORK: WorkerView['running'] = [
  { task_id: 't', task_type: 'person', since: '2026-01-01T00:00:00Z', stage: 'running' },
];

it.each<[WorkerState, Partial<WorkerView>]>([
  ['ready', {}],
  ['working', { running: AT_WORK }],
  ['draining', { paused: true, running: AT_WORK }],
  ['paused', { paused: true, closed_because: 'gpu_memory' }],
  ['gpu_memory', { closed_because: 'gpu_memory' }],
  ['no_engine', { closed_because: 'no_engine', running: AT_WORK }],
  ['closed', { tap: 'closed', running: AT_WORK }],
  ['leaving', { closed_because: 'leaving', running: AT_WORK }],
  ['stopping', { closed_because: 'stopping', paused: true }],
])('%s', (state, of) => {
  const worker = {
    paused: false,
    running: [],
    tap: 'open',
    closed_because: null,
    ...of,
  } as unknown as WorkerView;
  expect(workerState(worker)).toBe(state);
});
