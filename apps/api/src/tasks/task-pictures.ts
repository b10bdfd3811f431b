import { ArtifactStore } from '@app/artifact-store';
import type { ArtifactRef } from '@app/contracts';
import { ImageError, ImageProcess } from '@app/imaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { rm } from 'node:fs/promises';
import { LOGGER } from '../logger.token.js';
import type { UploadedPhoto } from '../multipart/upload.js';

const EXTENSIONS = { jpeg: 'jpg', png: 'png', bmp: 'bmp' } as const;

/** Checks an upload and keeps it, byte for byte, with a small picture of it. */
@Injectable()
export class TaskPictures {
  constructor(
    private readonly images: ImageProcess,
    private readonly artifacts: ArtifactStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * The temporary file of the photo is taken away where all is well.
   * @param maxPixels what the task type can take, where that is less than what any photo may have.
   * @throws ImageError for a picture that cannot be taken; ArtifactStoreUnavailable.
   */
  async store(
    taskId: string,
    { path, bytes, sha256 }: UploadedPhoto,
    maxPixels: number,
  ): Promise<ArtifactRef> {
    const thumbnailPath = `${path}.thumbnail`;
    let key: string | undefined;
    try {
      const { format, mediaType, width, height } = await this.images.takeIn(path, thumbnailPath);
      refuseBeyond(maxPixels, width * height);
      key = `originals/${taskId}.${EXTENSIONS[format]}`;
      await Promise.all([
        this.artifacts.moveFile(key, path, mediaType),
        // Made again from the original where it is missing.
        this.artifacts.putFile(originalThumbnailKey(taskId), thumbnailPath, 'image/jpeg', { durable: false }),
      ]);
      this.logger.info({ taskId, mediaType, width, height, bytes }, 'photo stored');
      return { key, mediaType, width, height, bytes, sha256 };
    } catch (error) {
      if (key !== undefined) await this.remove([key, originalThumbnailKey(taskId)]);
      throw error;
    } finally {
      await rm(thumbnailPath, { force: true });
    }
  }

  /**
   * Checks a result that another installation has made, and keeps it, with a small picture of it.
   * @throws ImageError for what is no PNG that can be read; ArtifactStoreUnavailable.
   */
  async storeResult(taskId: string, { path, bytes, sha256 }: UploadedPhoto): Promise<ArtifactRef> {
    const thumbnailPath = `${path}.thumbnail`;
    const key = `results/${taskId}.${sha256.slice(0, 16)}.png`;
    try {
      const { format, mediaType, width, height } = await this.images.takeInResult(path, thumbnailPath);
      if (format !== 'png')
        throw new ImageError('unsupported_format', 'A result is a PNG.', { detected: format });
      await this.artifacts.moveFile(key, path, mediaType);
      await this.artifacts.putFile(resultThumbnailKey(taskId), thumbnailPath, 'image/jpeg', {
        durable: false,
      });
      return { key, mediaType, width, height, bytes, sha256 };
    } catch (error) {
      await this.remove([key, resultThumbnailKey(taskId)]);
      throw error;
    } finally {
      await rm(thumbnailPath, { force: true });
    }
  }

  /** Takes pictures back whose task could not be recorded. What cannot be deleted is swept later. */
  async discard(taskId: string, original: ArtifactRef, result?: ArtifactRef | null): Promise<void> {
    await this.remove([original.key, originalThumbnailKey(taskId)]);
    if (result) await this.remove([result.key, resultThumbnailKey(taskId)]);
  }

  private async remove(keys: string[]): Promise<void> {
    await Promise.allSettled(keys.map((key) => this.artifacts.delete(key)));
  }
}

function refuseBeyond(limit: number, found: number): void {
  if (found <= limit) return;
  const message = `This picture has ${found} pixels; for what was chosen it may have ${limit}.`;
  throw new ImageError('image_too_many_pixels', message, { limit, found });
}

/** Where the small picture of an original lies in the artifact store; a JPEG. */
export function originalThumbnailKey(taskId: string): string {
  return `thumbnails/${taskId}.original.jpg`;
}

/** Where the small picture of a result lies, once somebody has asked for it; a JPEG. */
export function resultThumbnailKey(taskId: string): string {
  return `thumbnails/${taskId}.result.jpg`;
}
