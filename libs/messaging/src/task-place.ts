import { TaskWithdrawn } from './task-withdrawn.js';

const NEVER = new AbortController().signal;

/**
 * What a task in hand takes up in its worker: a place among those that run, or one ahead of them. A task that has left
 * needs the place no more, but is still in hand.
 */
export class TaskPlace {
  private phase: 'ahead' | 'running' | 'left';
  /** Only what is ahead can be withdrawn. */
  private readonly withdrawal: AbortController | undefined;
  private readonly limit: NodeJS.Timeout | undefined;

  constructor(
    /** Ahead for so long at most; null for a task that runs from the start. */
    aheadLimitMs: number | null,
    private readonly onChange: () => void = () => undefined,
  ) {
    this.phase = aheadLimitMs === null ? 'running' : 'ahead';
    if (aheadLimitMs !== null) {
      this.withdrawal = new AbortController();
      this.limit = setTimeout(() => this.withdraw('it was held ahead for too long'), aheadLimitMs);
    }
  }

  /** Its turn has not come; maybe it never will here. */
  get isAhead(): boolean {
    return this.phase === 'ahead';
  }

  get hasLeft(): boolean {
    return this.phase === 'left';
  }

  get isWithdrawn(): boolean {
    return this.withdrawn.aborted;
  }

  /** Aborted with a `TaskWithdrawn` when the task has to go back. */
  get withdrawn(): AbortSignal {
    return this.withdrawal?.signal ?? NEVER;
  }

  begin(): void {
    if (!this.isAhead) return;
    this.withdrawn.throwIfAborted();
    this.phase = 'running';
    clearTimeout(this.limit);
    this.onChange();
  }

  leave(): void {
    if (this.phase !== 'running') return;
    this.phase = 'left';
    this.onChange();
  }

  /** False where that is not possible any more, or not for the first time. */
  withdraw(because: string): boolean {
    if (!this.isAhead || this.isWithdrawn) return false;
    clearTimeout(this.limit);
    this.withdrawal?.abort(new TaskWithdrawn(because));
    this.onChange();
    return true;
  }

  /** The task has ended: nothing changes any more. */
  close(): void {
    clearTimeout(this.limit);
  }
}
