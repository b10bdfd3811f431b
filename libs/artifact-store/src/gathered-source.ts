import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ours } from './atomic-write.js';
import type { StoredArtifact } from './artifact-store.js';

/** All that a source gives, before any of it is sent: a source that breaks has left nothing anywhere then. */
export type GatheredSource = StoredArtifact & ({ data: Buffer } | { path: string });

const READ_AT_ONCE_BYTES = 1024 * 1024;

/**
 * Reads a source to its end. What is longer than `inMemoryBytes` goes to a file in the system's temporary folder, which
 * the caller has to remove (`discard`). Rejects with an error of the source as it is.
 * @throws ArtifactStoreUnavailable where that file cannot be written.
 */
export async function gather(source: Readable, inMemoryBytes: number): Promise<GatheredSource> {
  const hash = createHash('sha256');
  let held: Buffer[] = [];
  let bytes = 0;
  let file: FileHandle | undefined;
  const path = join(tmpdir(), `photo-repair-${randomUUID()}.part`);
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      held.push(chunk);
      if (file === undefined && bytes <= inMemoryBytes) continue;
      file ??= await ours(open(path, 'wx', 0o600));
      await ours(file.writeFile(Buffer.concat(held)));
      held = [];
    }
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file?.close();
  }
  const sha256 = hash.digest('hex');
  return file === undefined ? { bytes, sha256, data: Buffer.concat(held) } : { bytes, sha256, path };
}

/** The same of a file that stays where it is. @throws whatever reading it throws. */
export async function gatherFile(path: string, inMemoryBytes: number): Promise<GatheredSource> {
  const hash = createHash('sha256');
  let held: Buffer[] = [];
  let bytes = 0;
  const stream = createReadStream(path, { highWaterMark: READ_AT_ONCE_BYTES });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
    held = bytes <= inMemoryBytes ? [...held, chunk] : [];
  }
  const sha256 = hash.digest('hex');
  return bytes <= inMemoryBytes ? { bytes, sha256, data: Buffer.concat(held) } : { bytes, sha256, path };
}

/** Removes the file that `gather` may have made. */
export async function discard(source: GatheredSource): Promise<void> {
  if ('path' in source) await rm(source.path, { force: true });
}
