import type { HeldTask } from './held-task.js';
import type { MessagingLogger } from './messaging-logger.js';
import { TaskCancelled } from './task-cancelled.js';
import type { TaskLedgerStore } from './task-ledger-store.js';

/** What runs in this process or prepares itself ahead of its turn, and how it is ended. */
export class RunningTasks {
  /** Each run with its life, which is aborted when it has to end before its time. */
  private readonly lives = new Map<HeldTask, AbortController>();
  private ending: Error | undefined;

  constructor(
    private readonly ledgers: TaskLedgerStore,
    private readonly logger: MessagingLogger,
  ) {}

  get all(): HeldTask[] {
    return [...this.lives.keys()];
  }

  add(task: HeldTask): AbortSignal {
    const life = new AbortController();
    this.lives.set(task, life);
    const { withdrawn, isAhead } = task.place;
    if (withdrawn.aborted) life.abort(withdrawn.reason);
    if (isAhead) withdrawn.addEventListener('abort', () => life.abort(withdrawn.reason), { once: true });
    if (this.ending) life.abort(this.ending);
    return life.signal;
  }

  remove(task: HeldTask): void {
    this.lives.delete(task);
  }

  /**
   * Aborts the task if it runs here and was cancelled. The mark is looked at because what travels through the control
   * exchange is only a hint, which anybody who may publish there can give.
   */
  async cancelIfMarked(taskId: string): Promise<void> {
    if (this.livesOf(taskId).length === 0) return;
    try {
      if (!(await this.ledgers.cancellation(taskId))) return;
      this.logger.info({ taskId }, 'a task in hand is cancelled');
      for (const life of this.livesOf(taskId)) life.abort(new TaskCancelled());
    } catch (error) {
      this.logger.error({ err: error, taskId }, 'a cancellation could not be looked up');
    }
  }

  /** Ends what runs, all or what is chosen, and all that begins from now on. */
  abortAll(reason: Error, chosen: (task: HeldTask) => boolean = () => true): void {
    this.ending = reason;
    for (const [task, life] of this.lives) if (chosen(task)) life.abort(reason);
  }

  /** Looks at all that runs: a cancellation may have been told while nobody here could hear it. */
  async cancelAllMarked(): Promise<void> {
    const taskIds = new Set(this.all.map(({ message }) => message.taskId));
    await Promise.all([...taskIds].map((taskId) => this.cancelIfMarked(taskId)));
  }

  private livesOf(taskId: string): AbortController[] {
    return [...this.lives].flatMap(([task, life]) => (task.message.taskId === taskId ? [life] : []));
  }
}
