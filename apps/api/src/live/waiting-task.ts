import type { LivePlace, TaskView } from '@app/contracts';
import type { TaskRow } from '../database/schema.js';

/** A task that waits, and the place that those who watch it were told. */
export interface WaitingTask {
  row: TaskRow;
  told: LivePlace;
}

/** Ends that lie less than this apart are the same to whoever waits. */
const SAME_END_MS = 1000;

/** Without the texts, which make up most of a row and say nothing of its place. */
export function toWaiting(row: TaskRow, told: LivePlace): WaitingTask {
  return {
    row: { ...row, parameters: '', adjusted: null, original: '', result: null, engine: null, failure: null },
    told,
  };
}

export function toPlace(view: TaskView): LivePlace {
  const { id, queue_position, moved_back_by, estimate, delayed_by, gpu_memory_used_percent } = view;
  return { id, queue_position, moved_back_by, estimate, delayed_by, gpu_memory_used_percent };
}

/** Whether it is worth telling `now` to somebody who was told `told`. */
export function differs(told: LivePlace, now: LivePlace): boolean {
  return (
    told.queue_position !== now.queue_position ||
    told.moved_back_by !== now.moved_back_by ||
    told.delayed_by !== now.delayed_by ||
    told.gpu_memory_used_percent !== now.gpu_memory_used_percent ||
    isOtherEnd(told.estimate?.from, now.estimate?.from) ||
    isOtherEnd(told.estimate?.to, now.estimate?.to)
  );
}

function isOtherEnd(told: string | undefined, now: string | undefined): boolean {
  if (told === undefined || now === undefined) return told !== now;
  return Math.abs(Date.parse(told) - Date.parse(now)) >= SAME_END_MS;
}
