import { LocalArtifactStore } from '@app/artifact-store';
import type { ArtifactRef } from '@app/contracts';
import { DEFAULT_IMAGE_LIMITS, inspectImage, writeCanonical } from '@app/imaging';
import { Inject, Injectable } from '@nestjs/common';
import { rm } from 'node:fs/promises';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';

const EXTENSIONS = { jpeg: 'jpg', png: 'png', bmp: 'bmp' } as const;

/** The two pictures that every task begins with. */
export interface StoredPictures {
  /** As it was sent, byte for byte. */
  original: ArtifactRef;
  /** Upright, re-encoded by us: the only one that an engine sees. */
  canonical: ArtifactRef;
}

/** Checks an upload and keeps it: both pictures, or none. */
@Injectable()
export class TaskPictures {
  constructor(
    @Inject(API_ENV) private readonly env: ApiEnv,
    private readonly artifacts: LocalArtifactStore,
  ) {}

  /**
   * `path` is the upload in a temporary file, which stays.
   * @throws ImageError for a picture that cannot be taken; ArtifactStoreUnavailable.
   */
  async store(taskId: string, path: string): Promise<StoredPictures> {
    const { maxUploadBytes: maxBytes, maxImagePixels: maxPixels } = this.env;
    const limits = { ...DEFAULT_IMAGE_LIMITS, maxBytes, maxPixels };
    const { format, mediaType, width, height } = await inspectImage(path, limits);
    const keys = {
      original: `originals/${taskId}.${EXTENSIONS[format]}`,
      canonical: `canonical/${taskId}.png`,
    };
    const canonicalPath = `${path}.png`;
    try {
      const size = await writeCanonical(path, canonicalPath, limits);
      const original = await this.artifacts.putFile(keys.original, path, mediaType);
      const canonical = await this.artifacts.putFile(keys.canonical, canonicalPath, 'image/png');
      return {
        original: { key: keys.original, mediaType, width, height, ...original },
        canonical: { key: keys.canonical, mediaType: 'image/png', ...size, ...canonical },
      };
    } catch (error) {
      await this.discard(Object.values(keys));
      throw error;
    } finally {
      await rm(canonicalPath, { force: true });
    }
  }

  /** Takes pictures back whose task could not be recorded. What cannot be deleted stays without a task. */
  async discard(keys: string[]): Promise<void> {
    await Promise.allSettled(keys.map((key) => this.artifacts.delete(key)));
  }
}
