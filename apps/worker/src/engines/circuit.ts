/** `open`: no task; `half_open`: one task tries it. */
export type CircuitState = 'closed' | 'open' | 'half_open';

const FAILURES_TO_OPEN = 3;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Keeps tasks away from an engine that fails. Three failures in a row open it, tasks and looks counted together; a
 * look that succeeds takes back only the looks, because an engine can answer small questions and still fail every task.
 *
 * After a pause (5 s) a good look makes it half-open, and one task decides: a success closes it, a failure opens it for
 * twice the pause, 60 s at most. Looks that fail never make the pause longer: they cost no task anything, and an engine
 * that comes back after an hour is to be used at once.
 */
export class Circuit {
  private current: CircuitState = 'closed';
  private failedLooks = 0;
  private failedTasks = 0;
  private openedAtMs = 0;
  private pauseMs = FIRST_PAUSE_MS;

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  get state(): CircuitState {
    return this.current;
  }

  lookSucceeded(): void {
    this.failedLooks = 0;
    if (this.current === 'open' && this.nowMs() - this.openedAtMs >= this.pauseMs) this.current = 'half_open';
  }

  lookFailed(): void {
    this.failedLooks += 1;
    this.failed();
  }

  taskFailed(): void {
    this.failedTasks += 1;
    if (this.current === 'half_open') this.pauseMs = Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
    this.failed();
  }

  taskSucceeded(): void {
    this.current = 'closed';
    this.failedLooks = 0;
    this.failedTasks = 0;
    this.pauseMs = FIRST_PAUSE_MS;
  }

  private failed(): void {
    const isEnough = this.failedLooks + this.failedTasks >= FAILURES_TO_OPEN;
    // One that is open already has been failed by what began before.
    if (this.current === 'open' || (this.current === 'closed' && !isEnough)) return;
    this.current = 'open';
    this.openedAtMs = this.nowMs();
  }
}
