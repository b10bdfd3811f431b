import { isFinalState, type TaskView } from '@app/contracts';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiRefusal } from '../api/api-errors.js';
import { patiently } from '../api/patience.js';
import type { TaskApi } from './task-api.js';

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
    task = await waiting(job, true, () => job.api.task(submitted.id));
    job.onStep({ kind: 'task', task });
  }
  return task;
}

async function save(job: RepairJob, task: TaskView): Promise<string> {
  const target = job.target();
  await waiting(job, true, () => job.api.saveResult(task, target));
  return target;
}

/** Sends it; waits while the queue is full or nobody answers. It has one key, so that sending again makes no second task. */
async function submitPatiently(job: RepairJob): Promise<TaskView> {
  job.onStep({ kind: 'uploading' });
  const idempotencyKey = randomUUID();
  return waiting(job, false, () => job.api.submit(job.photo, job.type, job.parameters, idempotencyKey));
}

/** Waits with the photo's line saying why, until the person stops it. */
async function waiting<T>(
  { onStep, signal }: RepairJob,
  harmless: boolean,
  work: () => Promise<T>,
): Promise<T> {
  const onWait = ({ message: why }: Error) => onStep({ kind: 'retrying', why });
  return patiently({ harmless, onWait, signal }, work);
}
