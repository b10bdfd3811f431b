import { z } from 'zod';

/** `unknown`: an engine that only a newer version knows. */
export const ENGINE_NAMES = ['comfyui', 'built-in', 'unknown'] as const;

/**
 * Which engine made a picture, so that page, logs and API can say it honestly.
 *
 * `colouring` is set by the built-in engine only: `ddcolor-onnx` ran the DDColor network, `preview` is its
 * own small network, which is not DDColor. A real ComfyUI runs what the workflow names.
 *
 * What only a newer version names reads as `unknown`, and another `colouring` as none: a result must not be lost for it.
 */
export const engineRefSchema = z.object({
  name: z.string().max(40).pipe(z.enum(ENGINE_NAMES).catch('unknown')),
  version: z.string().max(40),
  colouring: z.enum(['ddcolor-onnx', 'preview']).optional().catch(undefined),
});

/** See `engineRefSchema`. */
export type EngineRef = z.infer<typeof engineRefSchema>;
