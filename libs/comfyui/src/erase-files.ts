import type { EngineFile } from '@app/contracts';
import type { ComfyClient } from './comfy-client.js';

/** A picture of one black pixel: what a file shows after it was erased. */
export const ERASED_PNG: Buffer = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mNgYGAAAAAEAAHI6uv5AAAAAElFTkSuQmCC',
  'base64',
);

/**
 * Erases files of an engine. ComfyUI has no route that deletes one, but POST /upload/image with `overwrite` puts other
 * bytes in place of those of any file in its three folders (ComfyUI v0.27.1 measured, about v0.38 read): a picture of
 * one pixel. What is not there is left so, and no error. The name stays, the blocks on the disk are the file system's.
 *
 * Returns how many were there. Rejects as `ComfyClient.overwrite` does; call it again then.
 */
export async function eraseFiles(
  client: ComfyClient,
  files: readonly EngineFile[],
  signal?: AbortSignal,
): Promise<number> {
  let erased = 0;
  for (const file of files) {
    if (!(await client.hasFile(file, signal))) continue;
    await client.overwrite(file, ERASED_PNG, signal);
    erased += 1;
  }
  return erased;
}
