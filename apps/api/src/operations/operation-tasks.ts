import { Injectable } from '@nestjs/common';
import type { TaskRow } from '../database/schema.js';
import { TaskSearchStore } from '../task-search/task-search.store.js';
import { TasksStore } from '../tasks/tasks.store.js';
import { isMeant, namesTasks, soughtBy, type Purpose } from './operation-match.js';

/** The tasks that an operation is for, in the order of their ids, so that each has its turn once. */
@Injectable()
export class OperationTasks {
  constructor(
    private readonly search: TaskSearchStore,
    private readonly tasks: TasksStore,
  ) {}

  /** @throws ProblemException as `soughtBy` does. */
  async count(purpose: Purpose): Promise<number> {
    const { match } = purpose;
    if (!namesTasks(match)) return this.search.count(await this.sought({ ...purpose, match }));
    const rows = await this.tasks.findMany(match.task_ids);
    return rows.filter((row) => isMeant(purpose, row)).length;
  }

  /** The ids of the `limit` that follow `after` at most; empty where there are no more. */
  async next(purpose: Purpose, after: string, limit: number): Promise<string[]> {
    const { match } = purpose;
    if (namesTasks(match)) return this.nextNamed(purpose, match.task_ids, after, limit);
    const sought = await this.sought({ ...purpose, match });
    const { rows } = await this.search.find(
      sought,
      { order: 'oldest_first', after: after === '' ? undefined : after },
      { limit, windows: Infinity },
    );
    return rows.map(({ id }) => id);
  }

  /** As they are at this moment, in the order of their ids; those that are gone are left out. */
  async read(ids: readonly string[]): Promise<TaskRow[]> {
    return (await this.tasks.findMany(ids)).toSorted(byId);
  }

  private async nextNamed(purpose: Purpose, ids: readonly string[], after: string, limit: number) {
    const left = ids.filter((id) => id > after);
    const meant = (await this.read(left)).filter((row) => isMeant(purpose, row));
    return meant.slice(0, limit).map(({ id }) => id);
  }

  private async sought(purpose: Parameters<typeof soughtBy>[0]) {
    const { q } = purpose.match;
    return { ...soughtBy(purpose), words: q === undefined ? undefined : await this.search.tell(q) };
  }
}

function byId(a: TaskRow, b: TaskRow): number {
  return a.id < b.id ? -1 : 1;
}
