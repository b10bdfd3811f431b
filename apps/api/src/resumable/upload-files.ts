import { Inject, Injectable } from '@nestjs/common';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { TemporaryFile } from '../multipart/temporary-file.js';
import { INCOMING_FOLDER } from '../tasks/incoming-folder.token.js';
import { UPLOAD_SUFFIX } from '../tasks/incoming-folder.js';
import { writeWhole } from '../multipart/write-whole.js';

/** As many bytes as are read at once while a file is copied. */
const COPIED_AT_ONCE = 1024 * 1024;

/** What there is of an upload. */
export interface ArrivedBytes {
  bytes: number;
  /** When the last of them came, or it was begun; epoch milliseconds. */
  at: number;
}

/** The file is longer than whoever writes it left it: another instance goes on with the upload. */
export class WrittenElsewhere extends Error {
  override readonly name = 'WrittenElsewhere';
}

/**
 * The bytes of uploads that may be interrupted: one file each beside the photos that are being checked. What is in the
 * file has come; nothing else knows how much that is, so no death of a process can make it untrue.
 */
@Injectable()
export class UploadFiles {
  constructor(@Inject(INCOMING_FOLDER) private readonly folder: string) {}

  /** @param id a UUID of ours: nothing that a caller sent becomes a path. */
  async create(id: string): Promise<void> {
    const file = await open(this.pathOf(id), 'wx', 0o600);
    await file.close();
  }

  /** Undefined where there is no such upload. */
  async arrived(id: string): Promise<ArrivedBytes | undefined> {
    try {
      const { size, mtimeMs } = await stat(this.pathOf(id));
      return { bytes: size, at: mtimeMs };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  /**
   * Writes what comes behind what has come. All that was taken is on the disk when it resolves, and when it rejects.
   * @returns how much there is then.
   * @throws WrittenElsewhere; what the stream or the disk throws, ENOENT where the upload is gone.
   */
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

  /** A copy of the whole, which nobody writes any more; the caller has to remove it. */
  async copy(id: string): Promise<{ path: string; bytes: number; sha256: string }> {
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

  /** One that is gone already is no error. */
  async remove(id: string): Promise<void> {
    await rm(this.pathOf(id), { force: true });
  }

  private pathOf(id: string): string {
    return join(this.folder, `${id}${UPLOAD_SUFFIX}`);
  }
}

/** Whether an error says that there is no such file. */
export function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';
}
