import { residentBytes } from './resident-bytes.js';

/** libvips takes a few megabytes a millisecond at most, so one look misses at most a few hundred of them. */
const LOOK_EVERY_MS = 100;

/** Looks how much memory a process takes, and says once that it is more than it may. Linux only. */
export class MemoryWatch {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly pid: number,
    private readonly maxBytes: number,
    private readonly onTooMuch: () => void,
  ) {}

  start(): void {
    if (process.platform !== 'linux') return;
    this.timer ??= setTimeout(() => void this.look(), LOOK_EVERY_MS).unref();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async look(): Promise<void> {
    const timer = this.timer;
    const bytes = await residentBytes(this.pid);
    // Stopped, and perhaps started again, while it looked.
    if (timer === undefined || this.timer !== timer) return;
    this.timer = undefined;
    if (bytes !== undefined && bytes > this.maxBytes) this.onTooMuch();
    else this.start();
  }
}
