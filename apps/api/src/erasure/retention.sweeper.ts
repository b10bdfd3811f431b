import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LOGGER } from '../logger.token.js';
import { AlbumErasuresStore } from './album-erasures.store.js';
import { ErasureService } from './erasure.service.js';
import { RepeatedWork } from '../repeated-work.js';
import { RetentionStore } from './retention.store.js';

const EVERY_MS = 60_000;
const BATCH = 100;

/** Erases what has been kept for long enough, and albums whose erasure was interrupted. Several instances may do it. */
@Injectable()
export class RetentionSweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: RepeatedWork;

  constructor(
    private readonly store: RetentionStore,
    private readonly albums: AlbumErasuresStore,
    private readonly erasure: ErasureService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.work = new RepeatedWork((signal) => this.sweep(signal), {
      name: 'retention',
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

  async sweep(signal: AbortSignal, now = Date.now()): Promise<void> {
    await this.eraseTasks(signal, now);
    await this.eraseAlbums(signal, now);
  }

  private async eraseTasks(signal: AbortSignal, now: number): Promise<void> {
    let erased = 0;
    while (!signal.aborted) {
      const rows = await this.store.expiredTasks(now, BATCH);
      if (rows.length === 0) break;
      await this.erasure.erase(rows);
      erased += rows.length;
    }
    if (erased > 0) this.logger.info({ tasks: erased }, 'photos were erased as their time was over');
  }

  private async eraseAlbums(signal: AbortSignal, now: number): Promise<void> {
    for (const album of await this.albums.doomed(BATCH)) {
      if (signal.aborted) return;
      await this.erasure.eraseAlbum(album);
    }
    let removed: number;
    do {
      removed = 0;
      for (const { id } of await this.albums.emptyExpired(now, BATCH)) {
        if ((await this.albums.remove(id)) === 'removed') removed += 1;
      }
    } while (removed > 0 && !signal.aborted);
  }
}
