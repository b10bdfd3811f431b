import { v7 as uuidv7 } from 'uuid';
import type { TaskRow } from '../../../apps/api/src/database/schema.js';
import type { NewTask } from '../../../apps/api/src/tasks/new-task.js';
import type { TaskChange } from '../../../apps/api/src/tasks/task-step.js';
import type { StateChange } from '../../../apps/api/src/tasks/task-transitions.js';
import type { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';

export const OWNER = '019a9c5e-0000-7c4c-9d0e-0d7c8f1b2a3c';

const PICTURE = {
  key: 'originals/a.png',
  mediaType: 'image/png' as const,
  width: 10,
  height: 20,
  bytes: 300,
  sha256: 'a'.repeat(64),
};

/** A task as the API makes it; its pictures do not exist. */
export function newTask(chosen: Partial<NewTask> = {}): NewTask {
  const createdAt = chosen.createdAt ?? Date.now();
  return {
    id: uuidv7(),
    type: 'person',
    ownerId: OWNER,
    albumId: null,
    priority: 0,
    turn: 0,
    filename: '奶奶1953年.jpg',
    clientRef: null,
    original: PICTURE,
    parameters: { size: 512 },
    adjusted: [],
    createdAt,
    deadlineAt: null,
    expiresAt: createdAt + 1_000_000,
    idempotencyKey: null,
    ...chosen,
  };
}

/** Records a task. @throws Error where its idempotency key is taken. */
export async function insertTask(tasks: TasksStore, task: NewTask = newTask()): Promise<TaskRow> {
  const stored = await tasks.insert(task);
  if (typeof stored === 'string') throw new Error(`The task was not recorded: ${stored}.`);
  return stored.row;
}

/** What is told of a task: of its first run and attempt unless said otherwise. */
export function eventOf(
  task: { id: string; type: string },
  kind: StateChange,
  { run = 1, attempt = Math.max(1, run), at = new Date().toISOString() } = {},
): TaskChange {
  const base = { version: 1 as const, taskId: task.id, taskType: task.type, at, attempt, run, worker: 'w' };
  const failure = { code: 'unknown' as const, message: 'no reason' };
  switch (kind) {
    case 'retrying':
      return { ...base, kind, failure, retryAfterMs: 5000, counted: true };
    case 'requeued':
      return { ...base, kind, reason: 'worker_crashed' };
    case 'failed':
      return { ...base, kind, failure };
    case 'succeeded': {
      const engine = { name: 'built-in', version: '1', colouring: 'preview' } as const;
      return { ...base, kind, result: { ...PICTURE, key: `results/${task.id}.png` }, engine };
    }
    case 'retried':
      return { kind, taskId: task.id, taskType: task.type, at, attempt, run, worker: 'api' };
    default:
      return { ...base, kind };
  }
}
