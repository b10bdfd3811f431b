import type { TaskView } from '@app/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UploadQueue, type WaitingPhoto } from './upload-queue.js';
import { SendError } from './upload.js';

const photo = (key: string): WaitingPhoto => ({
  key,
  file: new File(['x'], `${key}.jpg`),
  type: 'person',
  idempotencyKey: `once-${key}`,
});
const taskOf = (key: string) => ({ id: `task-${key}` }) as TaskView;

let told: string[];
let answers: Map<string, (SendError | Error | null)[]>;
let queue: UploadQueue;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  answers = new Map();
  queue = new UploadQueue({
    send: async ({ key }, onPercent) => {
      await Promise.resolve();
      onPercent(50);
      const problem = answers.get(key)?.shift();
      if (problem) throw problem;
      return taskOf(key);
    },
    onSending: (key, percent) => told.push(`${key} ${percent}%`),
    onAccepted: (key, task) => told.push(`${key} is ${task.id}`),
    onHeld: (key, problem) => told.push(`${key} held: ${problem}`),
    onRefused: (key, problem) => told.push(`${key} refused: ${problem}`),
  });
});
afterEach(() => vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('the upload queue', () => {
  it('sends one photo after the other, in order', async () => {
    queue.add(photo('a'));
    queue.add(photo('b'));
    await settle();
    expect(told).toEqual(['a 0%', 'a 50%', 'a is task-a', 'b 0%', 'b 50%', 'b is task-b']);
  });

  it('goes on with the next photo after a refusal', async () => {
    answers.set('a', [new SendError('image_damaged', null)]);
    queue.add(photo('a'));
    queue.add(photo('b'));
    await settle();
    expect(told).toContain('a refused: image_damaged');
    expect(told.at(-1)).toBe('b is task-b');
  });

  it('holds the line while the API is away, and carries on by itself', async () => {
    answers.set('a', [new SendError('offline', 5000)]);
    queue.add(photo('a'));
    queue.add(photo('b'));
    await vi.advanceTimersByTimeAsync(4999);
    expect(told.at(-1)).toBe('a held: offline');
    await vi.advanceTimersByTimeAsync(1);
    expect(told.slice(-3)).toEqual(['b 0%', 'b 50%', 'b is task-b']);
    expect(told).toContain('a is task-a');
  });

  it('tries at once when woken', async () => {
    answers.set('a', [new SendError('offline', 60_000)]);
    queue.add(photo('a'));
    await settle();
    queue.wake();
    await settle();
    expect(told.at(-1)).toBe('a is task-a');
  });

  it('forgets a photo that was taken off while it waited, also the held one', async () => {
    answers.set('a', [new SendError('queue_full', 60_000)]);
    queue.add(photo('a'));
    queue.add(photo('b'));
    queue.add(photo('c'));
    await settle();
    queue.remove('b');
    queue.remove('a');
    await settle();
    expect(told.filter((line) => line.includes(' is '))).toEqual(['c is task-c']);
  });

  it('reports a mistake of ours as an internal error', async () => {
    answers.set('a', [new TypeError('oops')]);
    queue.add(photo('a'));
    await settle();
    expect(told.at(-1)).toBe('a refused: internal_error');
  });
});
