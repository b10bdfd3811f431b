/** How long each phase of a prompt may take, in milliseconds. */
export interface PromptLimits {
  /** From the prompt's turn (the engine's acceptance, where none was given) to the start of the run. */
  queuedMs: number;
  /** From the start of the run to its end. */
  runMs: number;
  /**
   * While it runs: from one sign of it to the next. Counts only while the socket is up to bring signs, and must be
   * longer than the longest node that reports no steps.
   */
  silentMs: number;
}

/** Watches a prompt's limits. Times are `performance.now()` values, so a changed wall clock does not matter. */
export class PromptDeadlines {
  private startedAtMs: number | null = null;
  private lastSignAtMs: number;

  constructor(
    private readonly limits: PromptLimits,
    /** When the prompt's turn came; null while it is still to come. */
    private turnAtMs: number | null,
  ) {
    this.lastSignAtMs = turnAtMs ?? 0;
  }

  get hasStarted(): boolean {
    return this.startedAtMs !== null;
  }

  /** The turn of a prompt that was submitted ahead of it: from now it may not wait longer than `queuedMs`. */
  turnCame(nowMs: number): void {
    this.turnAtMs ??= nowMs;
  }

  /** A sign that the prompt runs; the first one starts the run. */
  started(nowMs: number): void {
    this.startedAtMs ??= nowMs;
    this.lastSignAtMs = nowMs;
  }

  /** The moment at which the next limit is passed if nothing happens until then. */
  nextAtMs(): number {
    if (this.startedAtMs === null) return (this.turnAtMs ?? Infinity) + this.limits.queuedMs;
    return Math.min(this.startedAtMs + this.limits.runMs, this.lastSignAtMs + this.limits.silentMs);
  }

  /** A plain sentence about the limit that is passed; null when none is. */
  passed(nowMs: number): string | null {
    if (nowMs < this.nextAtMs()) return null;
    if (this.startedAtMs === null)
      return `The engine did not start the prompt within ${this.limits.queuedMs} ms`;
    if (nowMs >= this.startedAtMs + this.limits.runMs)
      return `The prompt ran longer than ${this.limits.runMs} ms`;
    return `The running prompt gave no sign for ${this.limits.silentMs} ms`;
  }
}
