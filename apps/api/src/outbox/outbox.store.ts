import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database, OutboxRow } from '../database/schema.js';

/** Messages that still have to reach the broker, the oldest first. Rows are made with their task (TasksStore). */
@Injectable()
export class OutboxStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** The oldest messages, or those that follow `after`. */
  async next(limit: number, after?: OutboxRow): Promise<OutboxRow[]> {
    let query = this.db.selectFrom('outbox').selectAll();
    if (after) {
      query = query.where((eb) =>
        eb.or([
          eb('created_at', '>', after.created_at),
          eb.and([eb('created_at', '=', after.created_at), eb('task_id', '>', after.task_id)]),
        ]),
      );
    }
    return query.orderBy('created_at').orderBy('task_id').limit(limit).execute();
  }

  async remove(taskIds: string[]): Promise<void> {
    if (taskIds.length === 0) return;
    await this.db.deleteFrom('outbox').where('task_id', 'in', taskIds).execute();
  }

  async count(): Promise<number> {
    const { pending } = await this.db
      .selectFrom('outbox')
      .select((eb) => eb.fn.countAll<number>().as('pending'))
      .executeTakeFirstOrThrow();
    return pending;
  }
}
