import type { TaskView } from '@app/contracts';
import { expect, it } from 'vitest';
import { describeStep } from './photo-progress.js';

const waiting = (task: Partial<TaskView>) =>
  describeStep({ kind: 'task', task: { status: 'queued', queue_position: 4, ...task } as TaskView });

it.each<[Partial<TaskView>, string]>([
  [{ delayed_by: null }, 'in the queue, place 4'],
  [{ delayed_by: 'no_worker' }, 'in the queue, but no worker takes its type'],
  [{ delayed_by: 'gpu_memory', gpu_memory_used_percent: 83 }, 'waiting for GPU memory, 83 % used'],
  [{ delayed_by: 'gpu_memory', gpu_memory_used_percent: null }, 'waiting for GPU memory'],
  // An API of an older release.
  [{ delayed_by: 'gpu_memory' }, 'waiting for GPU memory'],
])('says of %j: %s', (task, words) => {
  expect(waiting(task)).toBe(words);
});
