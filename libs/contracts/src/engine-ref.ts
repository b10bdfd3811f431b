import { z } from 'zod';

/**
 * Which engine made a picture, so that page, logs and API can say it honestly.
 *
 * `colouring` is set by the built-in engine only: `ddcolor-onnx` ran the DDColor network, `preview` is its
 * own small network, which is not DDColor. A real ComfyUI runs what the workflow names.
 */
export const engineRefSchema = z.object({
  name: z.enum(['comfyui', 'built-in']),
  version: z.string().max(40),
  colouring: z.enum(['ddcolor-onnx', 'preview']).optional(),
});

/** See `engineRefSchema`. */
export type EngineRef = z.infer<typeof engineRefSchema>;
