import type { OperatorTaskDetailView, OperatorTaskView, TaskView } from '@app/contracts';
import { expect, it } from 'vitest';
import { toMatch } from './task-filter.js';
import { failureLines, taskDetailLines, taskLines } from './task-lines.js';

const ID = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';
const AT = '2026-03-01T09:00:00.000Z';
const owner = { id: ID, kind: 'visitor', name: '' } as const;
const error = { code: 'out_of_memory', message: 'no\u001B[2J memory' } as const;

const task = {
  id: ID,
  type: 'person',
  status: 'failed',
  created_at: AT,
  attempts: 3,
  owner,
  filename: '奶奶\n1953.jpg',
  error,
  discarded_at: AT,
} as OperatorTaskView;

it('shows tasks, and nothing that a terminal would obey', () => {
  const lines = taskLines([
    task,
    { ...task, error: null, discarded_at: null, owner: { ...owner, name: 'museum' } },
  ]);
  expect(lines.join('')).not.toContain('\n');
  expect(lines.slice(2).map((line) => line.split(/ {2,}/).slice(2))).toEqual([
    ['failed, discarded', AT, '3', 'visitor', '奶奶 1953.jpg', 'out_of_memory'],
    ['failed', AT, '3', 'museum', '奶奶 1953.jpg', '-'],
  ]);
  expect(taskLines([])).toEqual(['No photo matches.']);
});

it('shows all that is known of a task', () => {
  const detail: OperatorTaskDetailView = {
    task: { id: ID, type: 'person', status: 'failed', filename: 'a.jpg', album_id: null, error } as TaskView,
    owner,
    sha256: 'a'.repeat(64),
    discarded_at: null,
    timeline: [
      {
        task_id: ID,
        seq: 1,
        album_seq: null,
        step: 'submitted',
        status: 'queued',
        at: AT,
        attempt: 0,
        by: 'api',
        gpu: null,
        reason: null,
      },
    ],
    attempts: [
      {
        attempt: 1,
        worker: 'w1',
        gpu: null,
        started_at: AT,
        ended_at: null,
        outcome: 'running',
        reason: null,
      },
    ],
    payload: { taskType: 'person' },
    trace_id: null,
  };
  const text = taskDetailLines(detail).join('\n');
  expect(text).toContain('failed   out_of_memory: no [2J memory');
  expect(text).toContain('sent to workers: {"taskType":"person"}');
  expect(text).not.toContain('\u001B');
});

it('shows reasons of failures', () => {
  const group = {
    code: 'bad_image',
    count: 2,
    types: ['person'],
    first_at: AT,
    last_at: AT,
    sample_ids: [ID],
  } as const;
  expect(
    failureLines([{ ...group, types: [...group.types], sample_ids: [...group.sample_ids] }]).at(-1),
  ).toContain(ID);
  expect(failureLines([])).toEqual(['No photo has failed.']);
});

it('asks for nothing that was not given', () => {
  expect(toMatch({})).toEqual({});
  expect(toMatch({ search: 'a', failure: 'bad_image' })).toEqual({ q: 'a', failure: 'bad_image' });
});
