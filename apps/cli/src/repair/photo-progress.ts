import type { DelayReason, TaskView } from '@app/contracts';
import type { PhotoOutcome, PhotoStep } from './repair-photo.js';

/** Shows how each photo fares, by its number in the list. */
export interface PhotoProgress {
  step(index: number, step: PhotoStep): void;
  done(index: number, outcome: PhotoOutcome): void;
  close(): void;
}

/** What a photo is doing, in a few words. */
export function describeStep(step: PhotoStep): string {
  if (step.kind === 'uploading') return 'uploading';
  if (step.kind === 'retrying') return `waiting: ${step.why}`;
  return describeTask(step.task);
}

function describeTask(task: TaskView): string {
  switch (task.status) {
    case 'queued':
      if (task.delayed_by) return delayWords(task, task.delayed_by);
      return task.queue_position === null ? 'in the queue' : `in the queue, place ${task.queue_position}`;
    case 'running':
      return runningWords(task);
    case 'succeeded':
      return 'coloured';
    case 'expired':
      return 'waited too long';
    default:
      return task.status;
  }
}

const DELAYS = {
  broker_unreachable: 'stored, waiting for the queue to come back',
  retry_delay: 'waiting for another try',
  gpu_memory: 'waiting for GPU memory',
  paused: 'in the queue, paused by the operator',
  no_worker: 'in the queue, but no worker takes its type',
} as const;

function delayWords({ gpu_memory_used_percent: percent }: TaskView, reason: DelayReason): string {
  // An API of an older release tells no number.
  if (reason !== 'gpu_memory' || typeof percent !== 'number') return DELAYS[reason];
  return `${DELAYS.gpu_memory}, ${Math.round(percent)} % used`;
}

const STAGES = {
  preparing: 'preparing',
  waiting_for_engine: 'waiting for the engine',
  running: 'colouring',
  saving: 'saving',
} as const;

function runningWords({ progress }: TaskView): string {
  if (!progress) return 'started';
  return progress.percent === null
    ? STAGES[progress.stage]
    : `${STAGES[progress.stage]} ${Math.round(progress.percent)} %`;
}

/** Where a photo's bar stands, 0-100. */
export function percentOf(step: PhotoStep): number {
  if (step.kind !== 'task' || step.task.status === 'queued') return 0;
  if (step.task.status !== 'running' || step.task.progress?.stage === 'saving') return 100;
  return step.task.progress?.percent ?? 0;
}

/** The end of a photo, in a few words. */
export function describeOutcome(outcome: PhotoOutcome): string {
  return outcome.saved === undefined
    ? `failed: ${outcome.problem ?? 'no reason given'}`
    : `saved as ${outcome.saved}`;
}
