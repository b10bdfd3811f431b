import type { TaskMessage } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { WorkerEnv } from '../env.js';
import { CanonicalPhotos } from '../photos/canonical-photos.js';
import { WORKER_ENV } from '../tokens.js';

/** A staged task may begin elsewhere after all; its photo is forgotten then. */
const KEPT_FOR_MS = 10 * 60_000;

/** Canonical photos of tasks that are about to begin here, made while the one before still runs; `WORKER_LOOKAHEAD` at most. */
@Injectable()
export class StagedPhotos {
  private readonly staged: LRUCache<string, Promise<Buffer | undefined>>;

  constructor(
    @Inject(WORKER_ENV) env: WorkerEnv,
    private readonly photos: CanonicalPhotos,
  ) {
    this.staged = new LRUCache({ max: Math.max(1, env.lookahead), ttl: KEPT_FOR_MS, ttlAutopurge: true });
  }

  /** Begins to make the photo of a task. */
  stage({ image }: TaskMessage): void {
    // A failure is no news before the task begins; `take` tries again then, and tells.
    const reading = this.photos.read(image).catch(() => undefined);
    this.staged.set(image.key, reading);
  }

  /** The photo, which is not kept after this. Rejects as `CanonicalPhotos` does. */
  async take({ image }: TaskMessage): Promise<Buffer> {
    const staged = await this.staged.get(image.key);
    this.staged.delete(image.key);
    return staged ?? (await this.photos.read(image));
  }
}
