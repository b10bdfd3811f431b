import { z } from 'zod';
import { taskTypeKeySchema } from './task-type.js';

/**
 * What an API instance tells every API instance after it has stored a change, so that each can move its line and push
 * to the sockets it holds: persist first, then push. Lossy; the store is the truth.
 *
 * `changed`: the task has a new step, or another place in line. `erased`: it is no more. `access`: links or grants of an
 * album have changed. `pauses`: an operator has stopped something, or lets it go on.
 */
export const taskChangedSchema = z.discriminatedUnion('kind', [
  z.object({
    version: z.literal(1),
    kind: z.literal('changed'),
    /** The process that stored it, which knows already. */
    origin: z.uuid(),
    taskId: z.uuid(),
    taskType: taskTypeKeySchema,
    albumId: z.uuid().nullable(),
    seq: z.number().int().positive(),
  }),
  z.object({
    version: z.literal(1),
    kind: z.literal('erased'),
    origin: z.uuid(),
    taskId: z.uuid(),
    taskType: taskTypeKeySchema,
    albumId: z.uuid().nullable(),
  }),
  z.object({
    version: z.literal(1),
    kind: z.literal('access'),
    origin: z.uuid(),
    albumId: z.uuid(),
  }),
  z.object({ version: z.literal(1), kind: z.literal('pauses'), origin: z.uuid() }),
]);

/** See `taskChangedSchema`. */
export type TaskChanged = z.infer<typeof taskChangedSchema>;
