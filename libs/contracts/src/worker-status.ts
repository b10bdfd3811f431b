import { z } from 'zod';
import { taskProgressSchema } from './task-event.js';
import { taskTypeKeySchema } from './task-type.js';

/** A task that a worker is at. */
const runningTaskSchema = z.object({
  taskId: z.uuid(),
  taskType: taskTypeKeySchema,
  since: z.iso.datetime(),
  stage: taskProgressSchema.shape.stage,
});

/** An engine that a worker may use. Memory is in bytes; what the engine has not told (yet) is null. */
const workerEngineSchema = z.object({
  /** Without the credentials that its URL may carry. */
  address: z.string().min(1).max(500),
  reachable: z.boolean(),
  /** What it works on, as people call it: `NVIDIA GeForce RTX 4090`, `cpu`. */
  device: z.string().max(100).nullable(),
  memoryTotal: z.number().nonnegative().nullable(),
  memoryFree: z.number().nonnegative().nullable(),
});

/**
 * What a worker tells of itself: every 5 s, and at once when a task begins or ends, its tap opens or closes, its
 * connection to the broker comes back, an API says `hello` (`TaskControl`), and when it is asked to stop. Lossy and
 * transient: a worker of which nothing was heard for three of these intervals is gone.
 */
export const workerStatusSchema = z.object({
  version: z.literal(1),
  kind: z.literal('worker'),
  /** Its name, which another process may have as well; `process` is this process alone. */
  worker: z.string().min(1).max(100),
  process: z.uuid(),
  taskTypes: z.array(taskTypeKeySchema).max(1000),
  /** Tasks that it runs at the same time at most. */
  concurrency: z.number().int().positive(),
  /** Tasks that it takes beforehand at most. */
  lookahead: z.number().int().nonnegative(),
  running: z.array(runningTaskSchema).max(1000),
  engines: z.array(workerEngineSchema).max(1000),
  /** Whether it takes tasks; those that run go on while it is closed. */
  tap: z.enum(['open', 'closed']),
  /** Null while the tap is open. `stopping`: it will not open again. */
  closedBecause: z.enum(['no_engine', 'gpu_memory', 'stopping']).nullable(),
  /** By the worker's clock. */
  at: z.iso.datetime(),
});

/** See `workerStatusSchema`. */
export type WorkerStatus = z.infer<typeof workerStatusSchema>;
