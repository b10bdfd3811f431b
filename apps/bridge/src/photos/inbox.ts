import { ArtifactStoreUnavailable, ArtifactStore } from '@app/artifact-store';
import { Inject, Injectable } from '@nestjs/common';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { EntryRefused } from '../entries/entry.errors.js';
import type { BridgeEnv } from '../env.js';
import { BRIDGE_ENV } from '../tokens.js';
import { PhotoFolders } from './photo-folders.js';

/** Of one file. */
const PIECE_BYTES = 256 * 1024;
/** The API looks at the bytes; a name may say anything. */
const MEDIA_TYPE = 'application/octet-stream';

/**
 * Takes copies of photos into the artifact store, where the API finds them and removes them once it has recorded the task.
 * The users' own files stay as they are.
 */
@Injectable()
export class Inbox {
  private readonly folders: PhotoFolders;

  constructor(
    @Inject(BRIDGE_ENV) private readonly env: BridgeEnv,
    private readonly store: ArtifactStore,
  ) {
    this.folders = new PhotoFolders(env.imageDirs);
  }

  /**
   * Stores the photo durably and gives its key, the same one for the same entry.
   * @throws EntryRefused what can never be taken; ArtifactStoreUnavailable and errors of the file system, which may pass.
   */
  async keep(entryKey: string, path: string): Promise<string> {
    const key = `inbox/${entryKey}`;
    const { file, bytes } = await this.folders.open(path);
    try {
      if (bytes > this.env.maxUploadBytes) throw this.tooLarge();
      await this.store.put(key, Readable.from(this.pieces(file)), MEDIA_TYPE);
      return key;
    } finally {
      await file.close();
    }
  }

  /** What is read may grow meanwhile. */
  private async *pieces(file: FileHandle): AsyncGenerator<Buffer> {
    for (let position = 0; ;) {
      const { bytesRead, buffer } = await file.read(
        Buffer.allocUnsafe(PIECE_BYTES),
        0,
        PIECE_BYTES,
        position,
      );
      if (bytesRead === 0) return;
      position += bytesRead;
      if (position > this.env.maxUploadBytes) throw this.tooLarge();
      yield buffer.subarray(0, bytesRead);
    }
  }

  private tooLarge(): EntryRefused {
    return new EntryRefused(
      'file_too_large',
      `The file at image_path is larger than ${this.env.maxUploadBytes} bytes.`,
    );
  }
}

/** Whether the trouble is the store's, and not that of one user's file. */
export function isStoreTrouble(error: unknown): boolean {
  return error instanceof ArtifactStoreUnavailable;
}
