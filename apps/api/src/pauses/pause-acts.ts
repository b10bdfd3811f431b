import { MOST_PAUSED_WORKERS } from '@app/contracts';
import { TaskEventPublisher } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import type { OwnerRow, PauseRow } from '../database/schema.js';
import { LOGGER } from '../logger.token.js';
import { ProblemException } from '../problems/problem.exception.js';
import { PROCESS_ID } from '../process-id.token.js';
import { Pauses } from './pauses.js';
import { PausesStore, type PauseTarget } from './pauses.store.js';

/** Stops something, and lets it go on. Heeded here when it resolves; other instances hear of it at once, or within 5 s. */
@Injectable()
export class PauseActs {
  constructor(
    private readonly store: PausesStore,
    private readonly pauses: Pauses,
    private readonly publisher: TaskEventPublisher,
    @Inject(PROCESS_ID) private readonly origin: string,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws ProblemException `invalid_request` where too many workers are paused already. */
  async pause(target: PauseTarget, by: OwnerRow, note: string | null): Promise<PauseRow> {
    const { scope, name } = target;
    const isFull = scope === 'worker' && this.pauses.workers.length >= MOST_PAUSED_WORKERS;
    if (isFull && !this.pauses.isWorkerPaused(name)) {
      const values = { limit: MOST_PAUSED_WORKERS };
      throw new ProblemException(
        'invalid_request',
        {},
        { errors: [{ pointer: '/workers', text: 'too_many', values }] },
      );
    }
    const row = await this.store.pause(target, by, note);
    await this.changed();
    this.logger.warn({ scope, name, by: by.name, note }, 'paused by an operator');
    return row;
  }

  /** What is not paused goes on anyway. */
  async resume(target: PauseTarget, by: OwnerRow): Promise<void> {
    const row = await this.store.resume(target, by);
    await this.changed();
    if (row !== undefined) this.logger.info({ ...target, by: by.name }, 'goes on');
  }

  private async changed(): Promise<void> {
    await this.pauses.refresh();
    this.publisher.publishChanged({ version: 1, kind: 'pauses', origin: this.origin });
  }
}
