import type { LiveEvent } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { ErasureService } from '../erasure/erasure.service.js';
import { LineReconciler } from '../line/line.reconciler.js';
import { LiveHub } from '../live/live-hub.js';
import { LOGGER } from '../logger.token.js';
import { PROCESS_ID } from '../process-id.token.js';
import { LiveWorkers } from '../workers/live-workers.js';
import { Pauses } from '../pauses/pauses.js';
import { TaskChanges } from './task-changes.js';

/** Takes what is only worth hearing now to whom it concerns. */
@Injectable()
export class LiveNews {
  constructor(
    private readonly changes: TaskChanges,
    private readonly live: LiveHub,
    private readonly workers: LiveWorkers,
    private readonly erasure: ErasureService,
    private readonly pauses: Pauses,
    private readonly lines: LineReconciler,
    @Inject(PROCESS_ID) private readonly origin: string,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** News begin to come; what was told before has been missed. */
  begin(): void {
    this.inBackground(this.lines.newsBegin());
    this.inBackground(this.pauses.refresh());
  }

  hear(event: LiveEvent): void {
    switch (event.kind) {
      case 'progress':
        return this.changes.progressed(event);
      case 'worker':
        return this.workers.hear(event);
      case 'access':
        if (event.origin !== this.origin) this.live.accessChanged(event.albumId);
        return;
      case 'pauses':
        if (event.origin !== this.origin) this.inBackground(this.pauses.refresh());
        return;
      case 'changed':
      case 'erased':
        return this.inBackground(this.changes.hear(event));
      case 'engine_erased':
        return this.inBackground(this.erasure.engineErased(event));
    }
  }

  private inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.logger.error({ err: error }, 'news could not be taken up'));
  }
}
