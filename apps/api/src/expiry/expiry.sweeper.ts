import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LOGGER } from '../logger.token.js';
import { ExpiryService } from './expiry.service.js';

const EVERY_MS = 1_000;

/**
 * Looks for overdue tasks every second, and at start for what became overdue while no API ran. It is the authority for
 * waiting limits: the broker tells late (it looks at the head of a queue only), and nothing while it is away.
 */
@Injectable()
export class ExpirySweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private failure: string | null = null;

  constructor(
    private readonly expiry: ExpiryService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Why overdue tasks do not end, as a phrase; null when all is well. */
  get problem(): string | null {
    return this.failure;
  }

  onApplicationBootstrap(): void {
    this.sweep();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private sweep(): void {
    this.running = this.sweepOnce().finally(() => {
      if (!this.stopping.signal.aborted) this.timer = setTimeout(() => this.sweep(), EVERY_MS).unref();
    });
  }

  private async sweepOnce(): Promise<void> {
    try {
      await this.expiry.sweep(this.stopping.signal);
      if (this.failure !== null) this.logger.info('overdue tasks are found again');
      this.failure = null;
    } catch (error) {
      if (this.failure === null)
        this.logger.error({ err: error }, 'overdue tasks could not be found; trying again');
      this.failure = error instanceof Error ? error.message : String(error);
    }
  }
}
