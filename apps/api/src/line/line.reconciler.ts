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
import { RepeatedWork } from '../repeated-work.js';
import { LinesService } from './lines.service.js';

const EVERY_MS = 10_000;

/**
 * Several instances share one database and tell each other what they store, which may get lost. Each reads its lines anew
 * when it begins to hear of the others, compares them with the store from time to time, and reads them anew where two
 * looks in a row did not agree.
 */
@Injectable()
export class LineReconciler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: RepeatedWork;

  constructor(
    private readonly lines: LinesService,
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const options = { name: 'comparison of the line', everyMs: EVERY_MS, firstAfterMs: EVERY_MS, logger };
    this.work = new RepeatedWork(() => this.compare(), options);
  }

  onApplicationBootstrap(): void {
    if (this.hasOthers) this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  /** News of other instances come from now on: what they stored while none came is in the store. */
  async newsBegin(): Promise<void> {
    if (this.hasOthers) await this.lines.readAnew();
  }

  /** The embedded database is of one process, which knows all that is stored. */
  private get hasOthers(): boolean {
    return !this.env.databaseUrl.startsWith('file:');
  }

  private async compare(): Promise<void> {
    if (await this.lines.reconcile()) this.logger.warn('the line was read anew: news had been lost');
  }
}
