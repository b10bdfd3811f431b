import { ArtifactNotFound, ArtifactStoreUnavailable, LocalArtifactStore } from '@app/artifact-store';
import { TaskFailure, type ArtifactRef } from '@app/contracts';
import { DEFAULT_IMAGE_LIMITS, ImageError, writeCanonical } from '@app/imaging';
import { Injectable } from '@nestjs/common';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { WorkFolder } from './work-folder.js';

/** Nobody waits at the other end of a connection here, and a busy machine makes no picture a bad one. */
const DECODE_TIMEOUT_MS = 2 * 60_000;

/**
 * The picture that an engine may see, made of a stored photo: upright, sRGB, PNG, nothing of the original file but its
 * pixels. Photos that are canonical already go the same way; it changes none of their pixels.
 */
@Injectable()
export class CanonicalPhotos {
  constructor(
    private readonly artifacts: LocalArtifactStore,
    private readonly workFolder: WorkFolder,
  ) {}

  /**
   * @throws TaskFailure with `bad_image` where no attempt can read it, or `storage_unavailable` where this machine has no
   * room for it now; ArtifactNotFound; ArtifactStoreUnavailable.
   */
  async read(image: ArtifactRef): Promise<Buffer> {
    try {
      return await this.workFolder.use((folder) => this.make(image, folder));
    } catch (error) {
      throw asFailure(error);
    }
  }

  private async make({ key, bytes }: ArtifactRef, folder: string): Promise<Buffer> {
    const original = join(folder, 'original');
    const canonical = join(folder, 'canonical.png');
    const { stream } = await this.artifacts.open(key);
    await pipeline(stream, createWriteStream(original, { mode: 0o600 }));
    // How large a file may be has been decided when it was taken in.
    await writeCanonical(original, canonical, {
      ...DEFAULT_IMAGE_LIMITS,
      maxBytes: bytes,
      decodeTimeoutMs: DECODE_TIMEOUT_MS,
    });
    return readFile(canonical);
  }
}

function asFailure(error: unknown): unknown {
  if (error instanceof ArtifactNotFound || error instanceof ArtifactStoreUnavailable) return error;
  if (error instanceof ImageError) return new TaskFailure('bad_image', error.message, { cause: error });
  const errno = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof errno !== 'string') return error;
  const message = `The photo cannot be worked on here (${errno}).`;
  return new TaskFailure('storage_unavailable', message, { cause: error });
}
