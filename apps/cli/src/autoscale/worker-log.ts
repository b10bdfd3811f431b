import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { readChildLine } from '../system/child-words.js';

/** Above this size a log becomes NAME.1 and begins anew, so that a worker's logs take about twice that. */
const MAX_BYTES = 10 * 1024 * 1024;
const LAST_BYTES = 4096;

/** The log file of a worker that writes to it without anybody between, so that it can go on alone. */
export class WorkerLog {
  constructor(
    readonly path: string,
    private readonly maxBytes = MAX_BYTES,
  ) {
    mkdirSync(dirname(path), { recursive: true });
  }

  /** For a process to write to. Close it once that has been started. */
  open(): number {
    return openSync(this.path, 'a', 0o600);
  }

  /** The file stays the same one, since a process holds it open: what is written while it is copied may be lost. */
  turnOver(): void {
    if (!existsSync(this.path) || statSync(this.path).size <= this.maxBytes) return;
    copyFileSync(this.path, `${this.path}.1`);
    truncateSync(this.path);
  }

  /** The last complaint in it, if it ends with one. */
  lastWords(): string | undefined {
    if (!existsSync(this.path)) return undefined;
    const file = openSync(this.path, 'r');
    try {
      const { size } = fstatSync(file);
      const bytes = Buffer.alloc(Math.min(size, LAST_BYTES));
      readSync(file, bytes, 0, bytes.length, size - bytes.length);
      const lines = bytes.toString('utf8').trim().split('\n');
      return readChildLine(lines.at(-1) ?? '', 'stderr')?.text;
    } finally {
      closeSync(file);
    }
  }
}
