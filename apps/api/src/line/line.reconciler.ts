import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { LOGGER } from '../logger.token.js';
import { LinesService } from './lines.service.js';

const EVERY_MS = 10_000;

/**
 * Several instances share one database and tell each other what they store, which may get lost. Each compares its lines
 * with the store from time to time, and reads them anew where two looks in a row did not agree.
 */
@Injectable()
export class LineReconciler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly lines: LinesService,
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    // The embedded database is of one process, which knows all that is stored.
    if (this.env.databaseUrl.startsWith('file:')) return;
    this.timer = setInterval(() => this.look(), EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private look(): void {
    this.running ??= this.compare()
      .catch((error: unknown) => this.logger.warn({ err: error }, 'the line could not be compared'))
      .finally(() => (this.running = undefined));
  }

  private async compare(): Promise<void> {
    if (await this.lines.reconcile()) this.logger.warn('the line was read anew: news had been lost');
  }
}
