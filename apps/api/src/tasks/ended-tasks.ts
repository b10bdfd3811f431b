import { Injectable } from '@nestjs/common';

/** Requests that wait hold a connection and a few hundred bytes each; more are answered at once. */
const MOST_WAITING = 2000;

/** Lets requests wait for the end of a task without asking the database again and again. */
@Injectable()
export class EndedTasks {
  private readonly listeners = new Map<string, Set<() => void>>();
  private waiting = 0;

  /**
   * Resolves when something of the task may have ended, after `ms`, when `signal` is aborted, or at once where too many
   * wait already. The caller looks at the task then.
   */
  async wait(taskId: string, ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.waiting >= MOST_WAITING) return;
    const listeners = this.listeners.get(taskId) ?? new Set();
    this.listeners.set(taskId, listeners);
    this.waiting += 1;
    await new Promise<void>((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', finish);
        if (!listeners.delete(finish)) return;
        this.waiting -= 1;
        if (listeners.size === 0) this.listeners.delete(taskId);
        resolve();
      };
      const timer = setTimeout(finish, ms);
      signal.addEventListener('abort', finish);
      listeners.add(finish);
    });
  }

  /** How many requests wait at the moment. */
  get count(): number {
    return this.waiting;
  }

  /** To be called when a task has ended, has been erased, or may have. */
  tell(taskId: string): void {
    // A set may lose entries while it is walked through.
    for (const finish of this.listeners.get(taskId) ?? []) finish();
  }
}
