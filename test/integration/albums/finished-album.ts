import { ArtifactStore } from '@app/artifact-store';
import type { ArtifactRef, Failure } from '@app/contracts';
import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { TaskRow } from '../../../apps/api/src/database/schema.js';
import type { NewTask } from '../../../apps/api/src/tasks/new-task.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import type { TestApi } from '../../support/test-api.js';

/** A task as the API would have recorded it; its photo does not exist. */
export function toNewTask(ownerId: string, albumId: string, chosen: Partial<NewTask> = {}): NewTask {
  const id = chosen.id ?? uuidv7();
  const createdAt = Date.now();
  const original: ArtifactRef = {
    key: `originals/${id}.jpg`,
    mediaType: 'image/jpeg',
    width: 10,
    height: 10,
    bytes: 100,
    sha256: 'a'.repeat(64),
  };
  return {
    id,
    type: 'person',
    ownerId,
    albumId,
    priority: 0,
    turn: 0,
    filename: 'photo.jpg',
    clientRef: null,
    original,
    parameters: {},
    adjusted: [],
    createdAt,
    deadlineAt: null,
    expiresAt: createdAt + 1_000_000,
    idempotencyKey: null,
    ...chosen,
  };
}

/** Puts a task into an album behind the API's back, as it is after it has ended. */
export async function addEnded(
  api: TestApi,
  task: NewTask,
  ending: Buffer | ArtifactRef | Failure,
): Promise<TaskRow> {
  const tasks = api.app.get(TasksStore);
  if (typeof (await tasks.insert(task)) === 'string') throw new Error('The task was not recorded.');
  const base = {
    version: 1 as const,
    taskId: task.id,
    taskType: task.type,
    at: new Date().toISOString(),
    attempt: 1,
    run: 1,
    worker: 'w',
  };
  const stored =
    'code' in ending
      ? await tasks.apply({ ...base, kind: 'failed', failure: ending })
      : await tasks.apply({
          ...base,
          kind: 'succeeded',
          result: Buffer.isBuffer(ending) ? await putResult(api, task.id, ending) : ending,
          engine: { name: 'built-in', version: '1', colouring: 'preview' },
        });
  return stored!.row;
}

/** Stores a result as a worker names it. */
export async function putResult(api: TestApi, taskId: string, picture: Buffer): Promise<ArtifactRef> {
  const sha256 = createHash('sha256').update(picture).digest('hex');
  const key = `results/${taskId}.${sha256.slice(0, 16)}.png`;
  const stored = await api.app.get(ArtifactStore).put(key, picture, 'image/png');
  return { key, mediaType: 'image/png', width: 10, height: 10, ...stored };
}
