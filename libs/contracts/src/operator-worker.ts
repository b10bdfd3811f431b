import type { TaskProgress } from './task-event.js';
import type { WorkerStatus } from './worker-status.js';

/** An engine that a worker may use, as an operator sees it. What it has not told (yet) is null. */
export interface WorkerEngineView {
  /** Without credentials. */
  address: string;
  reachable: boolean;
  /** What it works on, as people call it. */
  device: string | null;
  memory_total_bytes: number | null;
  memory_free_bytes: number | null;
  /** How busy its GPU is, 0 to 100. */
  utilization_percent: number | null;
  /** The share of its GPU's memory that the next task cannot have, 0 to 100. */
  memory_used_percent: number | null;
  /** `open`: it failed too often and gets no task; `half_open`: one task tries it. */
  circuit: 'closed' | 'open' | 'half_open' | null;
  /** What keeps it from doing all that it should, in English. */
  problems: string[];
  /** The task type whose model is loaded. */
  loaded: string | null;
}

/** A worker as an operator sees it: what it last told of itself (`WorkerStatus`), and whether it is paused. */
export interface WorkerView {
  /** Its name, which another process may have as well; `process` is this process alone. */
  worker: string;
  process: string;
  task_types: string[];
  /** Tasks that it runs at the same time at most. */
  concurrency: number;
  /** Tasks that it takes beforehand at most. */
  lookahead: number;
  /** Tasks that it holds and has not begun; null where it does not tell. */
  ahead: number | null;
  running: { task_id: string; task_type: string; since: string; stage: TaskProgress['stage'] }[];
  engines: WorkerEngineView[];
  tap: WorkerStatus['tap'];
  closed_because: WorkerStatus['closedBecause'];
  /** The least full GPU that it waits for, 0 to 100; null unless it waits for GPU memory. */
  gpu_memory_used_percent: number | null;
  /** An operator wants it to take nothing. */
  paused: boolean;
  /** When it told, by its own clock: ISO 8601 in UTC. */
  at: string;
}
