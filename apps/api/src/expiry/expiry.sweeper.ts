import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LOGGER } from '../logger.token.js';
import { RepeatedWork } from '../repeated-work.js';
import { ExpiryService } from './expiry.service.js';

const EVERY_MS = 1_000;

/**
 * Looks for overdue tasks every second, and at start for what became overdue while no API ran. It is the authority for
 * waiting limits: the broker tells late (it looks at the head of a queue only), and nothing while it is away.
 */
@Injectable()
export class ExpirySweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: RepeatedWork;

  constructor(expiry: ExpiryService, @Inject(LOGGER) logger: Logger) {
    const options = { name: 'expiry of overdue tasks', everyMs: EVERY_MS, logger };
    this.work = new RepeatedWork(async (signal) => void (await expiry.sweep(signal)), options);
  }

  /** Why overdue tasks do not end, as a phrase; null when all is well. */
  get problem(): string | null {
    return this.work.problem;
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }
}
