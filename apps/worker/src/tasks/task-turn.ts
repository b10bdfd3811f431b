import type { TaskDelivery } from '@app/messaging';
import { context, trace } from '@opentelemetry/api';
import type { CurrentRuns } from './current-runs.js';
import type { TaskEvents } from './task-events.js';
import type { TaskProgressReport } from './task-progress.js';

/**
 * The beginning of a task. One that was taken ahead is worked on before it has begun, and nobody hears of that; it
 * begins when its engine has come to it.
 */
export class TaskTurn {
  readonly progress: TaskProgressReport;
  /** Its engine's news come from elsewhere, and what they set off belongs to the task all the same. */
  private readonly context = context.active();
  private begun: Promise<void> | undefined;
  private beganAtMs: number | undefined;
  private current: ReturnType<CurrentRuns['begin']> | undefined;

  constructor(
    private readonly delivery: TaskDelivery,
    private readonly runs: CurrentRuns,
    private readonly events: TaskEvents,
  ) {
    this.progress = events.progress(delivery, (stage) => {
      this.current?.stage(stage);
      trace.getSpan(this.context)?.addEvent(stage);
    });
  }

  /**
   * It begins now, if it has not yet; resolves once that is told. Rejects with the signal's reason where the task was
   * withdrawn, cancelled or has to stop.
   */
  begin(): Promise<void> {
    return (this.begun ??= context.with(this.context, () => this.beginOnce()));
  }

  /** The same for callers who cannot wait: where it fails, the run ends by the same signal. */
  beginSoon(): void {
    this.begin().catch(() => undefined);
  }

  /** Since its beginning; 0 before. */
  get seconds(): number {
    return this.beganAtMs === undefined ? 0 : (performance.now() - this.beganAtMs) / 1000;
  }

  /** Nothing is told after this. */
  end(): void {
    this.progress.stop();
    this.current?.end();
  }

  private async beginOnce(): Promise<void> {
    this.delivery.begin();
    this.beganAtMs = performance.now();
    this.current = this.runs.begin(this.delivery.message);
    await this.events.started(this.delivery, this.progress.gpu);
    this.progress.open();
  }
}
