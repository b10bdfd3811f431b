import type { Logger } from '@app/runtime';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database, TaskRow } from '../database/schema.js';
import { LOGGER } from '../logger.token.js';
import type { TimeRange } from './time-range.js';

/** Many are written together, so that taking a photo in costs no second commit. A crash loses those of so long. */
const WRITE_EVERY_MS = 2_000;
/** While the database cannot be written to; more are not judged. */
const MOST_PENDING = 20_000;

/** The first range that each task was given, kept with the task until its end shows whether it was true. */
@Injectable()
export class FirstEstimates implements BeforeApplicationShutdown {
  private pending = new Map<string, TimeRange>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.write();
  }

  /** Is written down soon. */
  keep(taskId: string, range: TimeRange): void {
    if (this.pending.size >= MOST_PENDING) return;
    this.pending.set(taskId, range);
    this.timer ??= setTimeout(() => void this.write(), WRITE_EVERY_MS).unref();
  }

  /** Undefined where none was given. */
  of({ id, estimate_from: from, estimate_to: to }: Pick<TaskRow, 'id' | 'estimate_from' | 'estimate_to'>) {
    return this.pending.get(id) ?? (from === null || to === null ? undefined : { from, to });
  }

  private async write(): Promise<void> {
    this.timer = undefined;
    const ranges = this.pending;
    if (ranges.size === 0) return;
    try {
      await this.db.transaction().execute(async (transaction) => {
        // In one order in all instances, so that none waits for another one in a circle.
        for (const id of [...ranges.keys()].sort()) {
          const { from, to } = ranges.get(id)!;
          const columns = { estimate_from: from, estimate_to: to };
          await transaction.updateTable('tasks').set(columns).where('id', '=', id).execute();
        }
      });
      for (const [id, range] of ranges) if (this.pending.get(id) === range) this.pending.delete(id);
    } catch (error) {
      this.logger.warn({ err: error }, 'first estimates could not be written down; trying again');
      this.timer ??= setTimeout(() => void this.write(), WRITE_EVERY_MS).unref();
    }
  }
}
