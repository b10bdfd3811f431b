import { createHash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { writeWhole } from './write-whole.js';

/** A file that is being written, and what is known of it. */
export class TemporaryFile {
  bytes = 0;
  private readonly hash = createHash('sha256');

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
  ) {}

  static async create(folder: string): Promise<TemporaryFile> {
    const path = join(folder, uuidv7());
    return new TemporaryFile(path, await open(path, 'wx', 0o600));
  }

  async write(chunk: Buffer): Promise<void> {
    this.bytes += chunk.length;
    this.hash.update(chunk);
    await writeWhole(this.file, chunk);
  }

  /** Lowercase hex SHA-256 of all that was written; to be called once. */
  async close(): Promise<string> {
    await this.file.close();
    return this.hash.digest('hex');
  }

  /** Leaves nothing behind, whatever state it is in. */
  async remove(): Promise<void> {
    await this.file.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }
}
