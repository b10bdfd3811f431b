import type { Upload, UploadTotals } from './upload.js';

const WINDOW_MS = 60_000;
/** Before that, a guess would jump about. */
const FIRST_GUESS_MS = 3000;
const STUCK_MS = 15_000;

interface Sent {
  readonly bytes: number;
  readonly sentBytes: number;
  readonly isDone: boolean;
}

/**
 * Adds up how an album's photos are sent: from the first photo that waits until none does, photos that have become tasks
 * meanwhile count as sent.
 */
export class SendingPace {
  private readonly sent = new Map<string, Sent>();
  private samples: { atMs: number; sentBytes: number }[] = [];
  private lastMark = '';
  private lastMoveMs = 0;

  /** @param nowMs a clock that only goes forward. */
  observe(uploads: readonly Upload[], nowMs: number): UploadTotals {
    const wanted = uploads.filter(({ phase }) => phase !== 'refused' && phase !== 'lost');
    const unsent = wanted.filter(({ phase }) => phase !== 'accepted');
    this.count(wanted, unsent.length === 0);
    const all = [...this.sent.values()];
    const bytes = sum(all.map(({ bytes }) => bytes));
    const sentBytes = sum(all.map(({ sentBytes }) => sentBytes));
    this.move(
      `${unsent.length} ${sentBytes} ${wanted.map(({ phase }) => phase[0]).join('')}`,
      sentBytes,
      nowMs,
    );
    const isPaused = unsent.length > 0 && unsent.every(({ phase }) => phase === 'paused');
    const isHeld = unsent.some(({ problem }) => problem !== null);
    const isStuck = unsent.length > 0 && !isPaused && !isHeld && nowMs - this.lastMoveMs >= STUCK_MS;
    return {
      total: all.length,
      unsent: unsent.length,
      // Nobody is told that all is done while something is left.
      percent: unsent.length === 0 || bytes === 0 ? 0 : Math.min(99, Math.floor((100 * sentBytes) / bytes)),
      secondsLeft: isPaused || isHeld || isStuck ? null : this.secondsLeft(bytes - sentBytes, nowMs),
      isPaused,
      isStuck,
    };
  }

  private count(wanted: readonly Upload[], isOver: boolean): void {
    const present = new Set(wanted.map(({ id }) => id));
    for (const [id, { isDone }] of this.sent)
      if (isOver || (!isDone && !present.has(id))) this.sent.delete(id);
    if (isOver) return;
    for (const { id, bytes, percent, phase } of wanted) {
      const isDone = phase === 'accepted';
      this.sent.set(id, { bytes, sentBytes: isDone ? bytes : (bytes * percent) / 100, isDone });
    }
  }

  private move(mark: string, sentBytes: number, nowMs: number): void {
    if (mark === this.lastMark) return;
    this.lastMark = mark;
    this.lastMoveMs = nowMs;
    const last = this.samples.at(-1);
    // Less than before: something was taken back, or begun again.
    if (last !== undefined && sentBytes < last.sentBytes) this.samples = [];
    this.samples.push({ atMs: nowMs, sentBytes });
    while (this.samples[0]!.atMs < nowMs - WINDOW_MS) this.samples.shift();
  }

  private secondsLeft(leftBytes: number, nowMs: number): number | null {
    const [first, last] = [this.samples[0], this.samples.at(-1)];
    if (first === undefined || last === undefined || nowMs - first.atMs < FIRST_GUESS_MS) return null;
    const bytesPerMs = (last.sentBytes - first.sentBytes) / (nowMs - first.atMs);
    return bytesPerMs > 0 ? Math.ceil(leftBytes / bytesPerMs / 1000) : null;
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
