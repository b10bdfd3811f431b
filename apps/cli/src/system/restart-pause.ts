const FIRST_MS = 500;
const LONGEST_MS = 30_000;
/** What lived this long was well; the next crash starts at the short pause again. */
const WELL_AFTER_MS = 60_000;

/** How long to wait before a process is started again that ended by itself: 0.5 s, doubled each time, 30 s at most. */
export class RestartPause {
  private nextMs = FIRST_MS;

  /** It ended `livedMs` after it was started. */
  after(livedMs: number): number {
    const pauseMs = livedMs > WELL_AFTER_MS ? FIRST_MS : this.nextMs;
    this.nextMs = Math.min(pauseMs * 2, LONGEST_MS);
    return pauseMs;
  }
}
