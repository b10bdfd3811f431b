import type { TaskState } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database, TaskRow } from '../database/schema.js';

/** Which tasks are listed. */
export interface TaskFilter {
  /** Undefined for those of everybody. */
  ownerId?: string | undefined;
  status?: TaskState | undefined;
  type?: string | undefined;
  albumId?: string | undefined;
}

/** Reads tasks as lists show them. */
@Injectable()
export class TaskListStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** The newest first, those older than the task `before`; an id tells the order in which tasks were made. */
  async list(filter: TaskFilter, limit: number, before?: string): Promise<TaskRow[]> {
    let query = this.db.selectFrom('tasks').selectAll().orderBy('id', 'desc').limit(limit);
    if (filter.ownerId !== undefined) query = query.where('owner_id', '=', filter.ownerId);
    if (filter.status !== undefined) query = query.where('state', '=', filter.status);
    if (filter.type !== undefined) query = query.where('type', '=', filter.type);
    if (filter.albumId !== undefined) query = query.where('album_id', '=', filter.albumId);
    if (before !== undefined) query = query.where('id', '<', before);
    return query.execute();
  }
}
