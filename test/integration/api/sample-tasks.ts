import type { StateEvent } from '@app/messaging';
import { v7 as uuidv7 } from 'uuid';
import type { TaskRow } from '../../../apps/api/src/database/schema.js';
import type { NewTask, TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';

/** A task as the API makes it; its pictures do not exist. */
export function newTask({
  type = 'person',
  at = new Date().toISOString(),
  priority = 0,
  deadlineAt = null as number | null,
  idempotencyKey = null as string | null,
} = {}): NewTask {
  const image = {
    key: 'canonical/a.png',
    mediaType: 'image/png' as const,
    width: 10,
    height: 20,
    bytes: 300,
    sha256: 'a'.repeat(64),
  };
  const message = {
    version: 1 as const,
    taskId: uuidv7(),
    taskType: type,
    image,
    parameters: {},
    submittedAt: at,
  };
  return {
    message,
    priority,
    filename: '奶奶1953年.jpg',
    original: image,
    canonical: image,
    parameters: { size: 512 },
    deadlineAt,
    idempotencyKey,
  };
}

/** Records a task. @throws Error where its idempotency key is taken. */
export async function insertTask(tasks: TasksStore, task: NewTask = newTask()): Promise<TaskRow> {
  const row = await tasks.insert(task);
  if (row === undefined) throw new Error('The idempotency key is taken.');
  return row;
}

/** What a worker tells of a task: of its first run and attempt unless said otherwise. */
export function eventOf(
  task: { id: string; type: string },
  kind: StateEvent['kind'],
  { run = 1, attempt = Math.max(1, run), at = new Date().toISOString() } = {},
): StateEvent {
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
      return { ...base, kind, result: newTask().canonical, engine };
    }
    default:
      return { ...base, kind };
  }
}
