import type { TaskEvent, TaskMessage } from '@app/contracts';
import { v7 as uuid } from 'uuid';

/** A task message as the API would publish it. */
export function sampleTask(taskType = 'person'): TaskMessage {
  const taskId = uuid();
  return {
    version: 1,
    taskId,
    taskType,
    image: {
      key: `canonical/${taskId}.png`,
      mediaType: 'image/png',
      width: 640,
      height: 480,
      bytes: 1234,
      sha256: 'a'.repeat(64),
    },
    parameters: { size: 512 },
    submittedAt: '2026-01-02T03:04:05.000Z',
  };
}

/** A `started` event of a run, each run being an attempt. */
export function sampleStarted(taskId: string = uuid(), run = 1): Extract<TaskEvent, { kind: 'started' }> {
  return {
    version: 1,
    kind: 'started',
    taskId,
    taskType: 'person',
    at: '2026-01-02T03:04:06.000Z',
    attempt: run,
    run,
    worker: 'w1',
  };
}

/** A failed run that is to be tried again. */
export const RETRY = {
  kind: 'retry',
  delayMs: 600,
  counted: true,
  failure: { code: 'unknown', message: 'a hiccup' },
} as const;

export const SAMPLE_FAILURE = { code: 'engine_unreachable', message: 'no engine answered' } as const;
