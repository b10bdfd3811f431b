import { z } from 'zod';

/**
 * Where a picture lies in the artifact store, and what it is. Messages carry this, never pixels: RabbitMQ 4
 * refuses messages above 16 MiB by default.
 *
 * `key` is a relative path of lowercase segments (see `libs/artifact-store`), `width` and `height` are pixels
 * the right way up, `bytes` is the file's size, `sha256` its lowercase hex digest.
 */
export const artifactRefSchema = z.object({
  key: z.string().min(1).max(200),
  mediaType: z.enum(['image/jpeg', 'image/png', 'image/bmp']),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  bytes: z.number().int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** A reference to a stored picture; see `artifactRefSchema`. */
export type ArtifactRef = z.infer<typeof artifactRefSchema>;
