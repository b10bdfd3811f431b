import type { TaskView } from '@app/contracts';
import { expect, it } from 'vitest';
import { ProgressLines } from './progress-lines.js';

const task = (change: Partial<TaskView>) => ({
  kind: 'task' as const,
  task: { queue_position: null, progress: null, ...change } as TaskView,
});

it('writes a line per change, and not one per percent', () => {
  const lines: string[] = [];
  const progress = new ProgressLines(['/x/a.jpg', '/x/b.jpg'], (line) => lines.push(line));
  progress.step(0, { kind: 'uploading' });
  progress.step(0, task({ status: 'queued', queue_position: 3 }));
  progress.step(0, task({ status: 'queued', queue_position: 3 }));
  progress.step(1, task({ status: 'running', progress: { stage: 'running', percent: 10 } }));
  progress.step(1, task({ status: 'running', progress: { stage: 'running', percent: 11 } }));
  progress.step(1, task({ status: 'running', progress: { stage: 'saving', percent: null } }));
  progress.done(0, {
    photo: '/x/a.jpg',
    type: 'person',
    task: undefined,
    saved: undefined,
    problem: 'the disk is full',
  });
  expect(lines).toEqual([
    'a.jpg: uploading',
    'a.jpg: in the queue, place 3',
    'b.jpg: colouring 10 %',
    'b.jpg: saving',
    'a.jpg: failed: the disk is full',
  ]);
});
