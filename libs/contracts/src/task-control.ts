import { z } from 'zod';
import { taskTypeKeySchema } from './task-type.js';
import { workerOrdersSchema } from './worker-orders.js';

/**
 * What every worker is told, by the API or by another worker. Lossy: a worker that was not there looks for the mark of
 * a cancellation in the artifact store, an erasure is asked for until it is answered, and `idle` and `pauses` are said
 * again for as long as it is so.
 */
export const taskControlSchema = z.discriminatedUnion('kind', [
  /** Whoever runs the task shall stop. */
  z.object({ version: z.literal(1), kind: z.literal('cancel'), taskId: z.uuid() }),
  /** An API has started and wants to know who is there (`WorkerStatus`). */
  z.object({ version: z.literal(1), kind: z.literal('hello') }),
  /** What the task has left in engines shall be erased; answered by `EngineErased`. */
  z.object({ version: z.literal(1), kind: z.literal('erase'), taskId: z.uuid() }),
  /**
   * The worker process has a free place for tasks of these types and finds none in their queues. Whoever holds such a
   * task ahead of its turn gives one back.
   */
  z.object({
    version: z.literal(1),
    kind: z.literal('idle'),
    process: z.uuid(),
    taskTypes: z.array(taskTypeKeySchema).min(1).max(1000),
  }),
  /** All that is paused at this moment; what is not named goes on. A worker says what it knows of it (`WorkerStatus`). */
  z.object({ ...workerOrdersSchema.shape, kind: z.literal('pauses') }),
]);

/** See `taskControlSchema`. */
export type TaskControl = z.infer<typeof taskControlSchema>;
