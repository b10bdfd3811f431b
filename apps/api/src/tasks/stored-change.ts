import type { TaskState } from '@app/contracts';
import type { TaskLogRow, TaskRow } from '../database/schema.js';
import type { TaskChange } from './task-step.js';

/** One step of a task, as it has been stored. */
export interface StoredChange {
  /** The task after it. */
  row: TaskRow;
  entry: TaskLogRow;
  /** The state before it; null where the task is new. */
  from: TaskState | null;
  /** What was told; undefined for a new task and for a hand-over to the broker. */
  change?: TaskChange;
}
