import type { TaskStep } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import type { TaskLogRow } from '../database/schema.js';
import { toAttempts } from './attempts.js';

/** A log of steps a second apart. */
function logOf(...steps: [TaskStep, Partial<TaskLogRow>?][]): TaskLogRow[] {
  return steps.map(([step, more], index) => ({
    task_id: 't',
    seq: index + 1,
    album_id: null,
    album_seq: null,
    step,
    state: 'queued',
    at: index * 1000,
    attempt: 1,
    run: 1,
    actor: 'w1',
    gpu: null,
    reason: null,
    ...more,
  }));
}

const at = (second: number) => new Date(second * 1000).toISOString();

describe('toAttempts', () => {
  it('is empty for a task that nobody has begun', () => {
    expect(toAttempts(logOf(['submitted'], ['dispatched'], ['expired']))).toEqual([]);
  });

  it('tells how each ended, where and why', () => {
    const log = logOf(
      ['submitted', { actor: 'api' }],
      ['started'],
      ['retrying', { reason: 'out_of_memory', gpu: 'RTX' }],
      ['started', { attempt: 2, actor: 'w2' }],
      ['succeeded', { attempt: 2, actor: 'w2', gpu: 'cpu' }],
    );
    expect(toAttempts(log)).toEqual([
      {
        attempt: 1,
        worker: 'w1',
        gpu: 'RTX',
        started_at: at(1),
        ended_at: at(2),
        outcome: 'retrying',
        reason: 'out_of_memory',
      },
      {
        attempt: 2,
        worker: 'w2',
        gpu: 'cpu',
        started_at: at(3),
        ended_at: at(4),
        outcome: 'succeeded',
        reason: null,
      },
    ]);
  });

  it('ends the attempt of a worker that died silently with the begin of the next', () => {
    const attempts = toAttempts(logOf(['started'], ['started', { actor: 'w2' }]));
    expect(attempts.map(({ worker, outcome, ended_at }) => ({ worker, outcome, ended_at }))).toEqual([
      { worker: 'w1', outcome: 'requeued', ended_at: at(1) },
      { worker: 'w2', outcome: 'running', ended_at: null },
    ]);
  });

  it('knows a success of which the begin was not heard, and no attempt where a photo was given up at once', () => {
    expect(toAttempts(logOf(['submitted'], ['succeeded']))).toMatchObject([
      { started_at: null, ended_at: at(1), outcome: 'succeeded' },
    ]);
    expect(toAttempts(logOf(['submitted'], ['failed', { reason: 'malformed_message' }]))).toEqual([]);
  });

  it('goes on after the task was asked for once more', () => {
    const log = logOf(
      ['started'],
      ['failed', { reason: 'timed_out' }],
      ['retried'],
      ['started', { run: 3 }],
      ['cancelled'],
    );
    expect(toAttempts(log).map(({ outcome }) => outcome)).toEqual(['failed', 'cancelled']);
  });
});
