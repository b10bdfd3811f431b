import type { MessagingLogger } from './messaging-logger.js';
import { TaskCancelled } from './task-cancelled.js';
import type { TaskLedgerStore } from './task-ledger-store.js';

/** What runs in this process, and how it is ended. */
export class RunningTasks {
  private readonly running = new Map<string, Set<AbortController>>();
  private ending: Error | undefined;

  constructor(
    private readonly ledgers: TaskLedgerStore,
    private readonly logger: MessagingLogger,
  ) {}

  /** The life of one run: aborted when it has to end before its time. */
  add(taskId: string): AbortController {
    const life = new AbortController();
    const others = this.running.get(taskId) ?? new Set();
    this.running.set(taskId, others.add(life));
    if (this.ending) life.abort(this.ending);
    return life;
  }

  remove(taskId: string, life: AbortController): void {
    const all = this.running.get(taskId);
    all?.delete(life);
    if (all?.size === 0) this.running.delete(taskId);
  }

  /**
   * Aborts the task if it runs here and was cancelled. The mark is looked at because what travels through the control
   * exchange is only a hint, which anybody who may publish there can give.
   */
  async cancelIfMarked(taskId: string): Promise<void> {
    if (!this.running.has(taskId)) return;
    try {
      if (!(await this.ledgers.isCancelled(taskId))) return;
      this.logger.info({ taskId }, 'a running task is cancelled');
      for (const life of this.running.get(taskId) ?? []) life.abort(new TaskCancelled());
    } catch (error) {
      this.logger.error({ err: error, taskId }, 'a cancellation could not be looked up');
    }
  }

  /** Ends all that runs, and all that begins from now on. */
  abortAll(reason: Error): void {
    this.ending = reason;
    for (const lives of this.running.values()) for (const life of lives) life.abort(reason);
  }

  /** Looks at all that runs: a cancellation may have been told while nobody here could hear it. */
  async cancelAllMarked(): Promise<void> {
    await Promise.all([...this.running.keys()].map((taskId) => this.cancelIfMarked(taskId)));
  }
}
