import { z } from 'zod';
import { artifactRefSchema } from './artifact-ref.js';
import { engineRefSchema } from './engine-ref.js';
import { failureSchema } from './failure.js';
import { taskTypeKeySchema } from './task-type.js';

/**
 * What a running task is doing; `percent` (0-100) where the engine tells it, else null. A stage that only a newer version
 * has reads as `running`.
 */
export const taskProgressSchema = z.object({
  stage: z
    .string()
    .max(100)
    .pipe(z.enum(['preparing', 'waiting_for_engine', 'running', 'saving']).catch('running')),
  percent: z.number().min(0).max(100).nullable(),
});
/** See `taskProgressSchema`. */
export type TaskProgress = z.infer<typeof taskProgressSchema>;

/** Far beyond any retry policy; a count from outside that does not fit a database column must not get there. */
export const MOST_ATTEMPTS = 1000;

/** Runs that were interrupted or found no engine count too, and an outage may last for days. */
export const MOST_RUNS = 1_000_000;

const eventBase = z.object({
  version: z.literal(1),
  taskId: z.uuid(),
  taskType: taskTypeKeySchema,
  /** When it happened at the worker, ISO 8601, UTC. */
  at: z.iso.datetime(),
  /** 1 for the first attempt. */
  attempt: z.number().int().positive().max(MOST_ATTEMPTS),
  /**
   * Rises by one each time a worker begins the task, also where that is no new attempt (a worker died, no engine
   * answered), and never falls. 0 where none had begun it. It orders the events of a task.
   */
  run: z.number().int().nonnegative().max(MOST_RUNS),
  worker: z.string().min(1).max(100),
  /** The GPU that the run is on, as people call it; null where its engine has none, absent where that is not known. */
  gpu: z.string().max(100).nullable().optional(),
});

/**
 * What a worker tells about a task. `progress` is lossy (transient, at most two a second); the others change the
 * task's state, are persistent and confirmed, and are applied at most once each by the task store.
 */
export const taskEventSchema = z.discriminatedUnion('kind', [
  eventBase.extend({ kind: z.literal('started') }),
  /** Back in line without a failed attempt: the run ended with its worker. Another reason does not blame the photo. */
  eventBase.extend({
    kind: z.literal('requeued'),
    reason: z
      .string()
      .max(100)
      .pipe(z.enum(['worker_stopping', 'worker_crashed']).catch('worker_stopping')),
  }),
  eventBase.extend({ kind: z.literal('progress'), progress: taskProgressSchema }),
  eventBase.extend({
    kind: z.literal('retrying'),
    failure: failureSchema,
    retryAfterMs: z.number().int().nonnegative(),
    /** False where the photo had no part in it (no engine answered): the next run is the same attempt again. */
    counted: z.boolean(),
  }),
  eventBase.extend({ kind: z.literal('succeeded'), result: artifactRefSchema, engine: engineRefSchema }),
  eventBase.extend({ kind: z.literal('failed'), failure: failureSchema }),
  /** Found in line after its waiting limit, never begun. */
  eventBase.extend({ kind: z.literal('expired') }),
  /** A cancelled task left its queue or its engine; the API had decided it before. */
  eventBase.extend({
    kind: z.literal('cancelled'),
    /** Of the mark that the worker has found (`CancelMark`); absent where the mark says nothing of it. */
    again: z.number().int().nonnegative().max(MOST_RUNS).optional(),
  }),
  /** An operator took the failed task from the parking queue back to its work queue. */
  eventBase.extend({ kind: z.literal('redriven') }),
]);

/** See `taskEventSchema`. */
export type TaskEvent = z.infer<typeof taskEventSchema>;
