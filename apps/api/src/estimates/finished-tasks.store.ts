import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database, TaskRow } from '../database/schema.js';

export type FinishedTask = Pick<
  TaskRow,
  'id' | 'state' | 'created_at' | 'started_at' | 'finished_at' | 'estimate_from' | 'estimate_to' | 'again'
>;

const COLUMNS = [
  'id',
  'state',
  'created_at',
  'started_at',
  'finished_at',
  'estimate_from',
  'estimate_to',
  'again',
] as const satisfies (keyof FinishedTask)[];

/** The last tasks that came to an end, which is what estimates begin with after a start. */
@Injectable()
export class FinishedTasksStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** The last ones of a type that succeeded or failed, `limit` of each at most, in the order in which they ended. */
  async latest(type: string, limit: number): Promise<FinishedTask[]> {
    const [succeeded, failed] = await Promise.all([
      this.latestOf(type, 'succeeded', limit),
      this.latestOf(type, 'failed', limit),
    ]);
    return [...succeeded, ...failed].sort((a, b) => a.finished_at! - b.finished_at!);
  }

  private latestOf(type: string, state: 'succeeded' | 'failed', limit: number): Promise<FinishedTask[]> {
    return (
      this.db
        .selectFrom('tasks')
        .select(COLUMNS)
        .where('type', '=', type)
        .where('state', '=', state)
        .where('finished_at', 'is not', null)
        // What came from another installation says nothing of the engines here.
        .where('run', '>', 0)
        .orderBy('finished_at', 'desc')
        .limit(limit)
        .execute()
    );
  }
}
