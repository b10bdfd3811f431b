import type { ComfyPace } from './comfy-pace.js';

/** When a prompt is looked at next. Times are `performance.now()` values. */
export class PollSchedule {
  private pollAtMs: number;
  /** A look that a frame of the prompt's own can make needless. */
  private hintAtMs = Infinity;
  private historyRetryMs: number;
  private ended = false;

  constructor(
    private readonly pace: ComfyPace,
    startedAtMs: number,
  ) {
    this.pollAtMs = startedAtMs + pace.firstLookMs;
    this.historyRetryMs = pace.historyRetryMs;
  }

  /** True once a frame told the end, so that only the history is missing. */
  get hasEnded(): boolean {
    return this.ended;
  }

  /** The next look; without help of the socket it is never farther away than `pollMs`. */
  nextAtMs(nowMs: number, socketHelps: boolean): number {
    if (!socketHelps) this.pollAtMs = Math.min(this.pollAtMs, nowMs + this.pace.pollMs);
    return Math.min(this.pollAtMs, this.hintAtMs);
  }

  isDue(nowMs: number): boolean {
    return nowMs >= Math.min(this.pollAtMs, this.hintAtMs);
  }

  /** Nothing more will be heard of the prompt. */
  now(nowMs: number): void {
    this.pollAtMs = nowMs;
  }

  /** The queue says that the prompt may have ended. */
  hinted(nowMs: number): void {
    this.hintAtMs = Math.min(this.hintAtMs, nowMs + this.pace.historyMs);
  }

  /** A frame of the prompt's own, which explains the queue's change or shows that the prompt lives. */
  heard(): void {
    this.hintAtMs = Infinity;
  }

  /** A frame told the end; the history is there now, or it will be soon. */
  ends(nowMs: number, historyIsWritten: boolean): void {
    this.ended = true;
    this.pollAtMs = Math.min(this.pollAtMs, historyIsWritten ? nowMs : nowMs + this.pace.historyMs);
  }

  /** After a look that found the prompt in the queue. */
  looked(nowMs: number, socketHelps: boolean): void {
    this.hintAtMs = Infinity;
    let pauseMs = socketHelps ? this.pace.laterLookMs : this.pace.pollMs;
    if (this.ended) {
      pauseMs = this.historyRetryMs;
      this.historyRetryMs = Math.min(this.historyRetryMs * 2, this.pace.pollMs);
    }
    this.pollAtMs = nowMs + pauseMs;
  }

  /** After a look that found nothing, or got no answer. */
  lookAgain(nowMs: number): void {
    this.hintAtMs = Infinity;
    this.pollAtMs = nowMs + this.pace.pollMs;
  }
}
