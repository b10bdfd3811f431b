import type { Logger } from '@app/runtime';
import { PeriodicMetrics } from './metrics/periodic-metrics.js';

export interface RepeatedWorkOptions {
  /** For the log. */
  name: string;
  /** From the end of one time to the beginning of the next. */
  everyMs: number;
  /** From `start` to the first time; at once by default. */
  firstAfterMs?: number;
  logger: Logger;
}

/** Work that is done again and again, never twice at once. A failure is logged when it begins, and tried again. */
export class RepeatedWork {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private failure: string | null = null;
  private metrics: PeriodicMetrics | undefined;

  constructor(
    private readonly work: (signal: AbortSignal) => Promise<void>,
    private readonly options: RepeatedWorkOptions,
  ) {}

  /** Why it could not be done the last time, as a phrase; null when all is well. */
  get problem(): string | null {
    return this.failure;
  }

  start(): void {
    const { name, everyMs, firstAfterMs } = this.options;
    this.metrics = new PeriodicMetrics(name, everyMs);
    if (firstAfterMs === undefined) this.begin();
    else this.beginAfter(firstAfterMs);
  }

  /** Ends after what is in hand, which sees its signal aborted. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private begin(): void {
    this.running = this.once().finally(() => this.beginAfter(this.options.everyMs));
  }

  private beginAfter(ms: number): void {
    if (this.stopping.signal.aborted) return;
    this.timer = setTimeout(() => this.begin(), ms).unref();
  }

  private async once(): Promise<void> {
    const { name, logger } = this.options;
    try {
      await this.work(this.stopping.signal);
      if (this.failure !== null) logger.info({ work: name }, 'works again');
      this.failure = null;
      this.metrics?.succeeded();
    } catch (error) {
      if (this.failure === null) logger.error({ err: error, work: name }, 'failed; trying again');
      this.metrics?.failed();
      this.failure = error instanceof Error ? error.message : String(error);
    }
  }
}
