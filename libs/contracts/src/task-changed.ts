import { z } from 'zod';
import { taskTypeKeySchema } from './task-type.js';

/**
 * What an API instance tells every API instance after it has stored a change, so that each can push to the
 * sockets it holds: persist first, then push. Lossy; the store is the truth.
 */
export const taskChangedSchema = z.object({
  version: z.literal(1),
  kind: z.literal('changed'),
  taskId: z.uuid(),
  taskType: taskTypeKeySchema,
});

/** See `taskChangedSchema`. */
export type TaskChanged = z.infer<typeof taskChangedSchema>;
