import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { ErasureRow } from '../database/schema.js';
import { LOGGER } from '../logger.token.js';
import { EngineCopies } from './engine-copies.js';
import { ErasedFiles } from './erased-files.js';
import { afterRound } from './erasure-rounds.js';
import { ErasuresStore, type NextRound } from './erasures.store.js';
import { RepeatedWork } from '../repeated-work.js';

const EVERY_MS = 5_000;
/** Erasures that share one look through the folders. */
const BATCH = 500;

/** Looks again and again at what was erased, until nothing of it is left anywhere. Several instances may do it. */
@Injectable()
export class ErasureSweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: RepeatedWork;

  constructor(
    private readonly erasures: ErasuresStore,
    private readonly files: ErasedFiles,
    private readonly engines: EngineCopies,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.work = new RepeatedWork((signal) => this.sweep(signal), {
      name: 'erasure',
      everyMs: EVERY_MS,
      logger,
    });
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  /** One round of everything that is due. */
  async sweep(signal: AbortSignal, now = Date.now()): Promise<void> {
    while (!signal.aborted) {
      const due = await this.erasures.takeDue(now, BATCH);
      if (due.length === 0) return;
      await this.round(due, now);
    }
  }

  private async round(due: readonly ErasureRow[], now: number): Promise<void> {
    const files = await this.files.removeAll(due);
    if (files > 0) this.logger.info({ tasks: due.length, files }, 'removed what was left of erased tasks');
    const over: string[] = [];
    const later: NextRound[] = [];
    for (const erasure of due) {
      const { task_id: taskId, rounds } = erasure;
      // A worker that had not heard of it may have taken the photo to an engine after all: ask each time.
      const engineDone = await this.engines.ask(taskId);
      const next = afterRound(erasure, engineDone, now);
      if (typeof next === 'object') {
        later.push({
          task_id: taskId,
          rounds: rounds + 1,
          next_at: next.nextAt,
          engine_done: Number(engineDone),
        });
        continue;
      }
      over.push(taskId);
      if (next === 'given_up') this.logger.error({ taskId }, 'no worker could erase the copies in an engine');
    }
    await this.erasures.settle(over, later);
  }
}
