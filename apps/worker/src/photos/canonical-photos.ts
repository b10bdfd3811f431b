import { ArtifactStoreUnavailable, ArtifactStore } from '@app/artifact-store';
import { TaskFailure, type ArtifactRef } from '@app/contracts';
import { DEFAULT_IMAGE_LIMITS, ImageError, makeCanonical, type CanonicalEncoding } from '@app/imaging';
import { Inject, Injectable } from '@nestjs/common';
import { buffer } from 'node:stream/consumers';
import type { WorkerEnv } from '../env.js';
import { WORKER_ENV } from '../tokens.js';
import { isNear } from './near-address.js';

/** Nobody waits at the other end of a connection here, and a busy machine makes no picture a bad one. */
const DECODE_TIMEOUT_MS = 2 * 60_000;

/**
 * The picture that an engine may see, made of a stored photo: upright, sRGB, PNG, nothing of the original file but its
 * pixels. Photos that are canonical already go the same way; it changes none of their pixels. Nothing of it touches a
 * disk, and where every engine is near it is not compressed: that would take longer than sending it.
 */
@Injectable()
export class CanonicalPhotos {
  private readonly encoding: CanonicalEncoding;

  constructor(
    private readonly artifacts: ArtifactStore,
    @Inject(WORKER_ENV) { comfyuiUrls }: Pick<WorkerEnv, 'comfyuiUrls'>,
  ) {
    this.encoding = comfyuiUrls.every(isNear) ? 'fast' : 'small';
  }

  /**
   * @throws TaskFailure with `bad_image` where no attempt can read it; ArtifactNotFound; ArtifactStoreUnavailable.
   */
  async read({ key, bytes }: ArtifactRef): Promise<Buffer> {
    // How large a file may be has been decided when it was taken in.
    const limits = { ...DEFAULT_IMAGE_LIMITS, maxBytes: bytes, decodeTimeoutMs: DECODE_TIMEOUT_MS };
    const photo = await this.load(key, bytes);
    try {
      const { data } = await makeCanonical(photo, limits, this.encoding);
      return data;
    } catch (error) {
      if (error instanceof ImageError) throw new TaskFailure('bad_image', error.message, { cause: error });
      throw error;
    }
  }

  /** A file that has become larger than it was is not read into memory. */
  private async load(key: string, bytes: number): Promise<Buffer> {
    const { stream, bytes: found } = await this.artifacts.open(key);
    if (found > bytes) {
      stream.destroy();
      throw new TaskFailure(
        'bad_image',
        `The stored photo has ${found} bytes; it had ${bytes} when it came in.`,
      );
    }
    return await buffer(stream).catch((error: unknown) => {
      throw new ArtifactStoreUnavailable(error);
    });
  }
}
