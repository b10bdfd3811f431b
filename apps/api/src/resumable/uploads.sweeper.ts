import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LOGGER } from '../logger.token.js';
import { RepeatedWork } from '../repeated-work.js';
import { UPLOAD_KEPT_MS, UPLOAD_STALE_MS } from '../tasks/incoming-folder.js';
import { UploadBytes } from './upload-bytes.js';
import { UploadLocks } from './upload-locks.js';
import { UploadsStore } from './uploads.store.js';

const EVERY_MS = 10 * 60_000;
const BATCH = 200;

/** Removes uploads of which nothing has come for a day, claimed or not. Several instances may do it. */
@Injectable()
export class UploadsSweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: RepeatedWork;

  constructor(
    private readonly uploads: UploadsStore,
    private readonly files: UploadBytes,
    private readonly locks: UploadLocks,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const options = { name: 'uploads', everyMs: EVERY_MS, logger };
    this.work = new RepeatedWork((signal) => this.sweep(signal), options);
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  async sweep(signal: AbortSignal, now = Date.now()): Promise<void> {
    const before = now - UPLOAD_KEPT_MS;
    let removed = 0;
    let last: string | undefined;
    do {
      const rows = await this.uploads.begunBefore(before, BATCH, last);
      for (const { id } of rows) if (!signal.aborted && (await this.removeIfIdle(id, before))) removed += 1;
      last = rows.length < BATCH ? undefined : rows.at(-1)?.id;
    } while (last !== undefined && !signal.aborted);
    if (!signal.aborted) await this.files.removeForgotten(now - UPLOAD_STALE_MS);
    if (removed > 0) this.logger.info({ uploads: removed }, 'uploads were removed that nobody went on with');
  }

  private async removeIfIdle(id: string, before: number): Promise<boolean> {
    const isIdle = async () => ((await this.files.arrived(id))?.at ?? 0) < before;
    if (!(await isIdle())) return false;
    return this.locks.hold(id, async () => {
      // Somebody may have gone on with it at this moment.
      if (!(await isIdle())) return false;
      await this.files.remove(id);
      await this.uploads.remove(id);
      return true;
    });
  }
}
