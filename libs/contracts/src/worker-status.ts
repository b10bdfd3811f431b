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

/** Left out by workers of an older release; what a newer one says in a way that is not known here says nothing. */
const percentSchema = z.number().min(0).max(100).nullable().optional().catch(null);

/** An engine that a worker may use. Memory is in bytes; what the engine has not told (yet) is null. */
const workerEngineSchema = z.object({
  /** Without the credentials that its URL may carry. */
  address: z.string().min(1).max(500),
  reachable: z.boolean(),
  /** What it works on, as people call it: `NVIDIA GeForce RTX 4090`, `cpu`. */
  device: z.string().max(100).nullable(),
  memoryTotal: z.number().nonnegative().nullable(),
  memoryFree: z.number().nonnegative().nullable(),
  /** How busy its GPU is; null where nobody can tell. */
  utilization: percentSchema,
  /** The share of its GPU's memory that the next task cannot have, which decides whether it gets one. */
  memoryUsedPercent: percentSchema,
  /** `open`: it failed too often and gets no task; `half_open`: one task tries it. */
  circuit: z.enum(['closed', 'open', 'half_open']).optional().catch(undefined),
  /** Prompts wait in it and none runs, for 10 s and longer. Left out by workers of an older release. */
  queueStands: z.boolean().optional().catch(undefined),
  /** What keeps it from doing all that it should, in words for the operator and without credentials. */
  problems: z.array(z.string().max(300)).max(20).optional().catch([]),
  /** The task type that ran there last, whose model is loaded; null before the first. */
  loaded: taskTypeKeySchema.nullable().optional().catch(null),
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
  /**
   * Null while the tap is open. `stopping`: it will not open again. `leaving`: nor then, because its machine is about to be
   * taken away, and it hands back what it has. `paused`: an operator wants it to take nothing. Null also for a reason that
   * only a newer worker has: one that tells it is there.
   */
  closedBecause: z
    .union([
      z.enum(['no_engine', 'gpu_memory', 'paused', 'leaving', 'stopping']),
      z
        .string()
        .max(100)
        .transform(() => null),
    ])
    .nullable(),
  /** The least `memoryUsedPercent` of the engines that wait for memory; null unless the tap is closed for it. */
  gpuMemoryUsedPercent: percentSchema,
  /** Tasks that it holds and that have not begun: their turn comes after those that run. */
  ahead: z.number().int().nonnegative().optional().catch(undefined),
  /**
   * The task types that it knows to be paused, of which it takes nothing. Left out by workers of an older release, which
   * know no pauses.
   */
  pausedTypes: z.array(taskTypeKeySchema).max(1000).optional().catch(undefined),
  /** By the worker's clock. */
  at: z.iso.datetime(),
});

/** See `workerStatusSchema`. */
export type WorkerStatus = z.infer<typeof workerStatusSchema>;
