import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { TemporaryFile } from '../multipart/temporary-file.js';
import { UPLOAD_SUFFIX } from '../tasks/incoming-folder.js';
import { writeWhole } from '../multipart/write-whole.js';
import { UploadBytes, type ArrivedBytes, type UploadCopy } from './upload-bytes.js';

/** As many bytes as are read at once while a file is copied. */
const COPIED_AT_ONCE = 1024 * 1024;

/** The file is longer than whoever writes it left it: another instance goes on with the upload. */
export class WrittenElsewhere extends Error {
  override readonly name = 'WrittenElsewhere';
}

/** Uploads on the disk, which all API instances have to share: one file each beside the photos that are being checked. */
export class UploadFiles extends UploadBytes {
  constructor(private readonly folder: string) {
    super();
  }

  async create(id: string): Promise<void> {
    const file = await open(this.pathOf(id), 'wx', 0o600);
    await file.close();
  }

  async arrived(id: string): Promise<ArrivedBytes | undefined> {
    try {
      const { size, mtimeMs } = await stat(this.pathOf(id));
      return { bytes: size, at: mtimeMs };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  /** Rejects with ENOENT where the upload is gone. */
  async append(id: string, from: number, source: Readable): Promise<number> {
    const file = await open(this.pathOf(id), 'r+');
    let end = from;
    try {
      for await (const chunk of source as AsyncIterable<Buffer>) {
        // The end of the file is the lock that instances share: it needs nobody to free it.
        if ((await file.stat()).size !== end) throw new WrittenElsewhere('Another instance writes it.');
        await writeWhole(file, chunk, end);
        end += chunk.length;
      }
      return end;
    } finally {
      try {
        // The sender deletes nothing that it is told has come, and sends it no more.
        await file.datasync();
      } finally {
        await file.close();
      }
    }
  }

  async copy(id: string): Promise<UploadCopy> {
    const source = await open(this.pathOf(id), 'r');
    try {
      const copy = await TemporaryFile.create(this.folder);
      try {
        const chunks = source.createReadStream({ highWaterMark: COPIED_AT_ONCE, autoClose: false });
        for await (const chunk of chunks as AsyncIterable<Buffer>) await copy.write(chunk);
        return { path: copy.path, bytes: copy.bytes, sha256: await copy.close() };
      } catch (error) {
        await copy.remove();
        throw error;
      }
    } finally {
      await source.close();
    }
  }

  async remove(id: string): Promise<void> {
    await rm(this.pathOf(id), { force: true });
  }

  /** `prepareIncomingFolder` does, with all else that is left there. */
  removeForgotten(): Promise<void> {
    return Promise.resolve();
  }

  private pathOf(id: string): string {
    return join(this.folder, `${id}${UPLOAD_SUFFIX}`);
  }
}

/** Whether an error says that there is no such file. */
export function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';
}
