import { ArtifactNotFound, ArtifactStore } from '@app/artifact-store';
import type { ArtifactRef } from '@app/contracts';
import { ImageProcess } from '@app/imaging';
import { Inject, Injectable } from '@nestjs/common';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { v7 as uuidv7 } from 'uuid';
import { ProblemException } from '../problems/problem.exception.js';
import { INCOMING_FOLDER } from './incoming-folder.token.js';
import { originalThumbnailKey, resultThumbnailKey } from './task-pictures.js';
import { TasksStore } from './tasks.store.js';

/** Which of a task's pictures is shown small. */
export type ThumbnailOf = 'original' | 'result';

/**
 * The small pictures of tasks. That of a result is made when somebody first asks for it; that of an original is there since
 * it was taken in, and is made again where it got lost.
 */
@Injectable()
export class Thumbnails {
  private readonly making = new Map<string, Promise<void>>();

  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly images: ImageProcess,
    private readonly tasks: TasksStore,
    @Inject(INCOMING_FOLDER) private readonly folder: string,
  ) {}

  /** The key under which it lies. @throws ProblemException `not_found` where the picture has been erased. */
  async keyOf(taskId: string, of: ThumbnailOf, picture: ArtifactRef): Promise<string> {
    const key = of === 'result' ? resultThumbnailKey(taskId) : originalThumbnailKey(taskId);
    if (await this.artifacts.exists(key)) return key;
    const making = this.making.get(key) ?? this.make(taskId, picture, key);
    this.making.set(key, making);
    await making.finally(() => this.making.delete(key));
    return key;
  }

  private async make(taskId: string, picture: ArtifactRef, key: string): Promise<void> {
    const path = join(this.folder, uuidv7());
    const small = `${path}.thumbnail`;
    try {
      await this.fetch(picture.key, path);
      // Results are PNGs of ours; an original may be of any kind.
      if (picture.key.startsWith('results/')) await this.images.takeInResult(path, small);
      else await this.images.takeIn(path, small);
      await this.artifacts.putFile(key, small, 'image/jpeg', { durable: false });
    } finally {
      await Promise.all([rm(path, { force: true }), rm(small, { force: true })]);
    }
    // Erased while it was made: nobody else would know of this file.
    if ((await this.tasks.find(taskId)) !== undefined) return;
    await this.artifacts.delete(key);
    throw new ProblemException('not_found');
  }

  private async fetch(key: string, path: string): Promise<void> {
    try {
      const { stream } = await this.artifacts.open(key);
      await pipeline(stream, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    } catch (cause) {
      if (cause instanceof ArtifactNotFound) throw new ProblemException('not_found', {}, { cause });
      throw cause;
    }
  }
}
