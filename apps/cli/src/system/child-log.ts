import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** At this size a log becomes NAME.1 and a new one begins, so a child's logs take at most twice that. */
const MAX_BYTES = 10 * 1024 * 1024;

/** The log file of one child. Writes are synchronous and small: a child that dies must not lose its last words. */
export class ChildLog {
  private file: number;
  private bytes: number;

  constructor(
    readonly path: string,
    private readonly maxBytes = MAX_BYTES,
  ) {
    mkdirSync(dirname(path), { recursive: true });
    this.file = openSync(path, 'a', 0o600);
    this.bytes = statSync(path).size;
  }

  write(chunk: Buffer): void {
    if (this.bytes + chunk.length > this.maxBytes) this.turnOver();
    writeSync(this.file, chunk);
    this.bytes += chunk.length;
  }

  close(): void {
    closeSync(this.file);
  }

  private turnOver(): void {
    closeSync(this.file);
    renameSync(this.path, `${this.path}.1`);
    this.file = openSync(this.path, 'a', 0o600);
    this.bytes = 0;
  }
}
