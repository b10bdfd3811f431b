import { z } from 'zod';

/**
 * What the API tells every worker. Lossy: a worker that was not there looks for the mark of a cancellation in the
 * artifact store, and an erasure is asked for until it is answered.
 */
export const taskControlSchema = z.discriminatedUnion('kind', [
  /** Whoever runs the task shall stop. */
  z.object({ version: z.literal(1), kind: z.literal('cancel'), taskId: z.uuid() }),
  /** An API has started and wants to know who is there (`WorkerStatus`). */
  z.object({ version: z.literal(1), kind: z.literal('hello') }),
  /** What the task has left in engines shall be erased; answered by `EngineErased`. */
  z.object({ version: z.literal(1), kind: z.literal('erase'), taskId: z.uuid() }),
]);

/** See `taskControlSchema`. */
export type TaskControl = z.infer<typeof taskControlSchema>;
