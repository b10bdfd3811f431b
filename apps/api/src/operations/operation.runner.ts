import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import { isPostgres } from '../database/dialect.js';
import type { Database } from '../database/schema.js';
import { LOGGER } from '../logger.token.js';
import { PROCESS_ID } from '../process-id.token.js';
import { RepeatedWork } from '../repeated-work.js';
import { OperationBatch } from './operation-batch.js';
import { OperationsStore } from './operations.store.js';
import { ParkedCopies } from './parked-copies.js';

/** One batch, of as many tasks as an operation may do in a second, and then so long nothing. */
const EVERY_MS = 1_000;

/** Does what operators have asked for, batch by batch, wherever an earlier process has stopped. */
@Injectable()
export class OperationRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: RepeatedWork;

  constructor(
    private readonly store: OperationsStore,
    private readonly batch: OperationBatch,
    private readonly parked: ParkedCopies,
    @Inject(PROCESS_ID) private readonly instance: string,
    @Inject(DATABASE) private readonly db: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.work = new RepeatedWork((signal) => this.once(signal), {
      name: 'operations',
      everyMs: EVERY_MS,
      logger,
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!isPostgres(this.db)) await this.store.releaseAll();
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  private async once(signal: AbortSignal): Promise<void> {
    const operation = await this.store.claim(this.instance);
    if (operation !== undefined) {
      if (await this.batch.do(operation, signal)) return;
      this.logger.info({ operation: operation.id }, 'an operation has ended');
    }
    await this.sweep();
  }

  private async sweep(): Promise<void> {
    const ended = await this.store.unswept();
    if (ended === undefined) return;
    const gone = await this.parked.sweep();
    await this.store.swept(ended.id);
    this.logger.info({ operation: ended.id, gone }, 'parked copies were taken out');
  }
}
