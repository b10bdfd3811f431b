import type { Logger } from '@app/runtime';

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
  private failing = false;

  constructor(
    private readonly work: (signal: AbortSignal) => Promise<void>,
    private readonly options: RepeatedWorkOptions,
  ) {}

  start(): void {
    this.next(this.options.firstAfterMs ?? 0);
  }

  /** Ends after what is in hand, which sees its signal aborted. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private next(afterMs: number): void {
    if (this.stopping.signal.aborted) return;
    const begin = () => {
      this.running = this.once().finally(() => this.next(this.options.everyMs));
    };
    this.timer = setTimeout(begin, afterMs).unref();
  }

  private async once(): Promise<void> {
    const { name, logger } = this.options;
    try {
      await this.work(this.stopping.signal);
      if (this.failing) logger.info({ work: name }, 'works again');
      this.failing = false;
    } catch (error) {
      if (!this.failing) logger.error({ err: error, work: name }, 'failed; trying again');
      this.failing = true;
    }
  }
}
