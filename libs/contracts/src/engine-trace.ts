import { z } from 'zod';

/** A file in one of an engine's folders. */
export const engineFileSchema = z.object({
  name: z.string().min(1).max(300),
  subfolder: z.string().max(300),
  type: z.enum(['input', 'output', 'temp']),
});

/** See `engineFileSchema`. */
export type EngineFile = z.infer<typeof engineFileSchema>;

/**
 * Where a task has left copies of its photo, so that they can be erased there. The workers write it into the artifact
 * store before an engine gets anything; a task without one has never been near an engine.
 */
export const engineTraceSchema = z.object({
  version: z.literal(1),
  engines: z.array(
    z.object({
      /** Its address, without credentials. */
      engine: z.string().min(1).max(500),
      /** The prompts of the task there, the latest last. */
      prompts: z.array(z.uuid()),
      /** What cannot be told from the task's id: files of nodes that name them in their own way. */
      files: z.array(engineFileSchema),
    }),
  ),
});

/** See `engineTraceSchema`. */
export type EngineTrace = z.infer<typeof engineTraceSchema>;

/** Where a task's trace lies in the artifact store. Delete it last: without it nobody knows which engines to ask. */
export function engineTraceKey(taskId: string): string {
  return `ledger/${taskId}.engines.json`;
}
