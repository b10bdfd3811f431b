import { ArtifactNotFound, ArtifactStore } from '@app/artifact-store';
import { Inject, Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { TemporaryFile } from '../multipart/temporary-file.js';
import type { UploadedPhoto } from '../multipart/upload.js';
import { INCOMING_FOLDER } from '../tasks/incoming-folder.token.js';
import { Refused } from './refusal.js';

/** A folder of its own in the artifact store, and one name in it: nothing else can be reached by a message. */
const KEY = /^inbox\/[a-z0-9][a-z0-9_.-]{0,150}$/;

/** Photos that a program of ours has put down for a message that it brings. */
@Injectable()
export class Inbox {
  constructor(
    private readonly artifacts: ArtifactStore,
    @Inject(INCOMING_FOLDER) private readonly folder: string,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  /**
   * A copy of the photo, in a file that the caller has to remove; after a failure there is none. What lies in the inbox
   * stays, so that the message can be taken once more.
   * @throws Refused `not_found` or `file_too_large`; ArtifactStoreUnavailable.
   */
  async copy(key: string, filename: string | null): Promise<UploadedPhoto> {
    const { stream, bytes } = await this.open(key);
    const limit = this.env.maxUploadBytes;
    if (bytes > limit) {
      stream.destroy();
      throw new Refused('file_too_large', `A photo may have at most ${limit} bytes; this one has ${bytes}.`);
    }
    const file = await TemporaryFile.create(this.folder);
    try {
      for await (const chunk of stream) await file.write(chunk as Buffer);
      return {
        path: file.path,
        bytes: file.bytes,
        sha256: await file.close(),
        originalname: filename ?? 'photo',
      };
    } catch (error) {
      await file.remove();
      throw error;
    }
  }

  /** Takes the photo of a recorded task away. What cannot be deleted is found by its age. */
  async remove(key: string): Promise<void> {
    if (isInboxKey(key)) await this.artifacts.delete(key);
  }

  private async open(key: string): Promise<{ stream: Readable; bytes: number }> {
    const missing = new Refused('not_found', 'The photo is not (or no longer) in the inbox.');
    if (!isInboxKey(key)) throw missing;
    try {
      return await this.artifacts.open(key);
    } catch (error) {
      throw error instanceof ArtifactNotFound ? missing : error;
    }
  }
}

function isInboxKey(key: string): boolean {
  return KEY.test(key) && !key.includes('..');
}
