import { isFinalState, type TaskView } from '@app/contracts';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiRefusal, ApiSilence, type TaskApi } from './task-api.js';

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

/** How long an API that has gone silent (a restart) is given to come back. */
const SILENCE_LIMIT_MS = 120_000;
/** A full queue is waited for this long: it empties as fast as photos are coloured. */
const FULL_LIMIT_MS = 30 * 60_000;
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
    task = await patiently(job, () => job.api.task(submitted.id));
    job.onStep({ kind: 'task', task });
  }
  return task;
}

async function save(job: RepairJob, task: TaskView): Promise<string> {
  const target = job.target();
  await patiently(job, () => job.api.saveResult(task, target));
  return target;
}

/** Sends it; waits while the queue is full or nobody answers. It has one key, so that sending again makes no second task. */
async function submitPatiently(job: RepairJob): Promise<TaskView> {
  job.onStep({ kind: 'uploading' });
  const startedAt = Date.now();
  const idempotencyKey = randomUUID();
  for (;;) {
    try {
      return await job.api.submit(job.photo, job.type, job.parameters, idempotencyKey);
    } catch (error) {
      const waited = Date.now() - startedAt;
      const isFull =
        error instanceof ApiRefusal &&
        (error.status === 429 || error.status === 503) &&
        waited < FULL_LIMIT_MS;
      const isAbsent = error instanceof ApiSilence && waited < SILENCE_LIMIT_MS;
      if (!isFull && !isAbsent) throw error;
      job.onStep({ kind: 'retrying', why: error.message });
      await delay(isFull ? (error.retryAfterMs ?? RETRY_MS) : RETRY_MS, undefined, { signal: job.signal });
    }
  }
}

/** Reading again harms nobody, so silence and server errors are outlasted. */
async function patiently<T>(job: RepairJob, work: () => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const mayPass =
        error instanceof ApiSilence ||
        (error instanceof ApiRefusal && (error.status >= 500 || error.status === 429));
      if (!mayPass || Date.now() - startedAt > SILENCE_LIMIT_MS) throw error;
      job.onStep({ kind: 'retrying', why: error.message });
      await delay(RETRY_MS, undefined, { signal: job.signal });
    }
  }
}
