import { z } from 'zod';

/** What the API tells every worker. Lossy: a worker that was not there looks for the mark in the artifact store. */
export const taskControlSchema = z.object({
  version: z.literal(1),
  kind: z.literal('cancel'),
  taskId: z.uuid(),
});

/** See `taskControlSchema`. */
export type TaskControl = z.infer<typeof taskControlSchema>;
