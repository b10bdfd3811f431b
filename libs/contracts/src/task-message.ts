import { z } from 'zod';
import { artifactRefSchema } from './artifact-ref.js';
import { parameterValuesSchema, taskTypeKeySchema } from './task-type.js';

/**
 * The body of a message in a work queue: everything a worker needs, by reference. Attempt counts and deadlines
 * travel in headers (`libs/messaging`), so that a body is written once and copied unchanged.
 */
export const taskMessageSchema = z.object({
  version: z.literal(1),
  taskId: z.uuid(),
  taskType: taskTypeKeySchema,
  /** The canonical picture (upright, re-encoded by us), which is what the engine may see. */
  image: artifactRefSchema,
  parameters: parameterValuesSchema,
  /** ISO 8601, UTC. */
  submittedAt: z.iso.datetime(),
});

/** See `taskMessageSchema`. */
export type TaskMessage = z.infer<typeof taskMessageSchema>;
