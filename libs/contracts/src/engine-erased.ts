import { z } from 'zod';

/**
 * A worker's answer to `erase` (`TaskControl`), one for each of its engines that the task has been near. Lossy: ask
 * again where it does not come. `ok: false` says the same; the worker's log has the reason.
 */
export const engineErasedSchema = z.object({
  version: z.literal(1),
  kind: z.literal('engine_erased'),
  taskId: z.uuid(),
  worker: z.string().min(1).max(100),
  /** As in `EngineTrace`. */
  engine: z.string().min(1).max(500),
  /** True: whatever the task had left in that engine's folders is overwritten, and its prompts are forgotten. */
  ok: z.boolean(),
  at: z.iso.datetime(),
});

/** See `engineErasedSchema`. */
export type EngineErased = z.infer<typeof engineErasedSchema>;
