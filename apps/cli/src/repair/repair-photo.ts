import { isFinalState, type TaskView } from '@app/contracts';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { patienceMs } from './patience.js';
import { ApiRefusal, type TaskApi } from './task-api.js';

/** How one photo fared. */
export interface PhotoOutcome {
  photo: string;
  type: string;
  task: TaskView | undefined;
  /** The saved result; undefined when there is none. */
  saved: string | undefined;
  /** Why there is none, as a sentence. */
  problem: string | undefined;
}

/** What is known about a photo on its way, for the progress display. */
export type PhotoStep =
  { kind: 'uploading' } | { kind: 'task'; task: TaskView } | { kind: 'retrying'; why: string };

const RETRY_MS = 2000;

/** What `repairPhoto` works with. */
export interface RepairJob {
  api: TaskApi;
  photo: string;
  type: string;
  parameters: Record<string, unknown>;
  /** Runs an upload when it is its turn. */
  upload: <T>(work: () => Promise<T>) => Promise<T>;
  /** How long to wait between two looks, given how many photos are on their way. */
  pollMs: () => number;
  target: () => string;
  onStep: (step: PhotoStep) => void;
  signal: AbortSignal;
}

/**
 * Sends one photo, waits for its end and saves the result. Rejects for an abort, and with the ApiRefusal that every other photo
 * of its type would get, too: else the outcome says it.
 */
export async function repairPhoto(job: RepairJob): Promise<PhotoOutcome> {
  const { photo, type } = job;
  let task: TaskView | undefined;
  const failed = (problem: string): PhotoOutcome => ({ photo, type, task, saved: undefined, problem });
  try {
    task = await job.upload(() => submitPatiently(job));
    task = await followToItsEnd(job, task);
    if (task.status !== 'succeeded') return failed(whyWithoutResult(task));
    return { photo, type, task, saved: await save(job, task), problem: undefined };
  } catch (error) {
    if (job.signal.aborted) throw job.signal.reason;
    if (error instanceof ApiRefusal && error.code === 'unknown_task_type') throw error;
    return failed(error instanceof Error ? error.message : String(error));
  }
}

function whyWithoutResult({ status, error }: TaskView): string {
  if (status === 'expired')
    return 'It waited too long for its turn and left the queue. You can send it again.';
  if (status === 'cancelled') return 'It was cancelled.';
  return error?.message ?? `The task is ${status}.`;
}

async function followToItsEnd(job: RepairJob, submitted: TaskView): Promise<TaskView> {
  let task = submitted;
  job.onStep({ kind: 'task', task });
  while (!isFinalState(task.status)) {
    await delay(job.pollMs(), undefined, { signal: job.signal });
    task = await patiently(job, true, () => job.api.task(submitted.id));
    job.onStep({ kind: 'task', task });
  }
  return task;
}

async function save(job: RepairJob, task: TaskView): Promise<string> {
  const target = job.target();
  await patiently(job, true, () => job.api.saveResult(task, target));
  return target;
}

/** Sends it; waits while the queue is full or nobody answers. It has one key, so that sending again makes no second task. */
async function submitPatiently(job: RepairJob): Promise<TaskView> {
  job.onStep({ kind: 'uploading' });
  const idempotencyKey = randomUUID();
  return patiently(job, false, () => job.api.submit(job.photo, job.type, job.parameters, idempotencyKey));
}

/** Outlasts what may pass, as long as the API asks or else two seconds at a time. */
async function patiently<T>(job: RepairJob, reading: boolean, work: () => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() - startedAt >= patienceMs(error, reading)) throw error;
      const { message: why, retryAfterMs } = error as Error & Partial<ApiRefusal>;
      job.onStep({ kind: 'retrying', why });
      await delay(retryAfterMs ?? RETRY_MS, undefined, { signal: job.signal });
    }
  }
}
