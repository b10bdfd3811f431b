import { TASK_STATES, type AlbumCounts, type TaskState } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database, TaskRow } from '../database/schema.js';

/** Which tasks of an album, and from where on. */
export interface AlbumTasksPage {
  albumId: string;
  /** The `album_index` after which the page begins. */
  after: number;
  limit: number;
  states?: readonly TaskState[];
}

/** Reads the tasks of albums. */
@Injectable()
export class AlbumTasksStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** In the order in which they were added. */
  async page({ albumId, after, limit, states }: AlbumTasksPage): Promise<TaskRow[]> {
    const query = this.db
      .selectFrom('tasks')
      .selectAll()
      .where('album_id', '=', albumId)
      .where('album_index', '>', after)
      .orderBy('album_index')
      .limit(limit);
    return (states === undefined ? query : query.where('state', 'in', [...states])).execute();
  }

  /** All of them as they are when their page is read, in the order in which they were added. */
  async *all(albumId: string, pageSize: number): AsyncIterable<TaskRow> {
    let after = 0;
    for (;;) {
      const rows = await this.page({ albumId, after, limit: pageSize });
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageSize) return;
      after = last.album_index!;
    }
  }

  /** Those in some states beyond the index `from`, or from the beginning. */
  async pageInStates(
    albumId: string,
    states: readonly TaskState[],
    {
      order,
      from,
      limit,
    }: { order: 'first_to_last' | 'last_to_first'; from: number | undefined; limit: number },
  ): Promise<TaskRow[]> {
    const [beyond, direction] =
      order === 'first_to_last' ? (['>', 'asc'] as const) : (['<', 'desc'] as const);
    const query = this.db
      .selectFrom('tasks')
      .selectAll()
      .where('album_id', '=', albumId)
      .where('state', 'in', [...states])
      .orderBy('album_index', direction)
      .limit(limit);
    return (from === undefined ? query : query.where('album_index', beyond, from)).execute();
  }

  /** Whether any of these tasks has succeeded; ids that are of no task of the album are none. */
  async anySucceeded(albumId: string, taskIds: readonly string[]): Promise<boolean> {
    if (taskIds.length === 0) return false;
    const found = await this.db
      .selectFrom('tasks')
      .select('id')
      .where('album_id', '=', albumId)
      .where('state', '=', 'succeeded')
      .where('id', 'in', [...taskIds])
      .limit(1)
      .executeTakeFirst();
    return found !== undefined;
  }

  /** How many tasks of each album are in which state; an album without tasks has zeros. */
  async counts(albumIds: readonly string[]): Promise<Map<string, AlbumCounts>> {
    const counts = new Map(albumIds.map((id) => [id, noTasks()]));
    if (albumIds.length === 0) return counts;
    const rows = await this.db
      .selectFrom('tasks')
      .select((eb) => ['album_id', 'state', eb.fn.countAll().as('tasks')])
      .where('album_id', 'in', [...albumIds])
      .groupBy(['album_id', 'state'])
      .execute();
    for (const { album_id: id, state, tasks } of rows) {
      const of = counts.get(id!)!;
      of[state] = Number(tasks);
      of.total += Number(tasks);
    }
    return counts;
  }
}

function noTasks(): AlbumCounts {
  const states = TASK_STATES.map((state) => [state, 0] as const);
  return { total: 0, ...(Object.fromEntries(states) as Record<TaskState, number>) };
}
