import { inTaskTrace } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database, TaskRow } from '../database/schema.js';
import { LiveWorkers } from '../workers/live-workers.js';
import { TaskCopies } from './task-copies.js';

/** A task that was begun and has not ended, and that no worker says to be at. */
export type UntendedRun = Pick<TaskRow, 'id' | 'type' | 'dispatched'>;

/**
 * Tasks whose worker died, or whose database comes from a backup. Where the broker has their messages, the next worker
 * takes them; where it has lost them, nobody would.
 */
@Injectable()
export class UntendedRuns {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    private readonly workers: LiveWorkers,
    private readonly copies: TaskCopies,
  ) {}

  async all(): Promise<UntendedRun[]> {
    const running = await this.db
      .selectFrom('tasks')
      .select(['id', 'type', 'dispatched'])
      .where('state', '=', 'running')
      .execute();
    const told = this.workers.all().flatMap((worker) => worker.running);
    const tended = new Set(told.map(({ taskId }) => taskId));
    return running.filter(({ id }) => !tended.has(id));
  }

  /** Publishes their messages again, those that have not ended meanwhile. The next run tells of itself. */
  async publishAgain(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const rows = await this.db
      .selectFrom('tasks')
      .selectAll()
      .where('id', 'in', [...ids])
      .where('state', '=', 'running')
      .execute();
    for (const row of rows) {
      await inTaskTrace(row, async () => (await this.copies.prepare(row))());
    }
  }
}
