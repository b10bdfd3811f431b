import type { TaskEvent, TaskProgress } from '@app/contracts';
import type { TaskDelivery } from '@app/messaging';

/** Two progress events a second are what an eye can follow; the rest is dropped, the newest is kept. */
const MIN_INTERVAL_MS = 500;

/** What the outside is told while a task runs, and how often. Nothing before `open`. */
export class TaskProgressReport {
  /** The GPU that it runs on: null where its engine has none, undefined while that is not known. */
  gpu: string | null | undefined;
  private isOpen = false;
  private latest: TaskProgress | undefined;
  private lastSentAt = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly delivery: Pick<TaskDelivery, 'message' | 'attempt' | 'run'>,
    private readonly worker: string,
    private readonly publish: (event: TaskEvent) => void,
    /** Told of each new stage, as often as it changes. */
    private readonly onStage: (stage: TaskProgress['stage']) => void = () => undefined,
  ) {}

  /** The task has begun: where it is now is told, and all that follows. */
  open(): void {
    this.isOpen = true;
    if (this.latest === undefined) return;
    this.onStage(this.latest.stage);
    this.send();
  }

  /** A new stage is told at once, a new percentage within `MIN_INTERVAL_MS`. */
  stage(stage: TaskProgress['stage'], percent: number | null = null): void {
    const newStage = stage !== this.latest?.stage;
    this.latest = { stage, percent };
    if (!this.isOpen) return;
    if (newStage) this.onStage(stage);
    const waitMs = this.lastSentAt + MIN_INTERVAL_MS - Date.now();
    if (newStage || waitMs <= 0) this.send();
    else this.timer ??= setTimeout(() => this.send(), waitMs).unref();
  }

  /** Nothing is told after this. */
  stop(): void {
    clearTimeout(this.timer);
    this.isOpen = false;
    this.latest = undefined;
  }

  private send(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.latest === undefined) return;
    this.lastSentAt = Date.now();
    const { message, attempt, run } = this.delivery;
    const { taskId, taskType } = message;
    const at = new Date().toISOString();
    const { worker, latest: progress } = this;
    this.publish({ version: 1, kind: 'progress', taskId, taskType, at, attempt, run, worker, progress });
  }
}
