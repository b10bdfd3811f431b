import type { TaskMessage } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { CurrentRuns } from './current-runs.js';

const message = (taskId: string) => ({ taskId, taskType: 'person' }) as TaskMessage;

describe('CurrentRuns', () => {
  it('knows what runs and at which stage, and tells each begin and end once', () => {
    const runs = new CurrentRuns();
    const told: string[][] = [];
    runs.onChange(() => told.push(runs.all.map(({ taskId }) => taskId)));
    const [first, second] = [runs.begin(message('a')), runs.begin(message('b'))];
    first.stage('running');
    expect(runs.all).toMatchObject([
      { taskId: 'a', taskType: 'person', stage: 'running' },
      { taskId: 'b', taskType: 'person', stage: 'preparing' },
    ]);
    first.end();
    first.end();
    second.end();
    expect(told).toEqual([['a'], ['a', 'b'], ['b'], []]);
  });

  it('counts two runs of one task as two: a lost connection may bring it here again', () => {
    const runs = new CurrentRuns();
    const [first] = [runs.begin(message('a')), runs.begin(message('a'))];
    first.end();
    expect(runs.all).toHaveLength(1);
  });
});
