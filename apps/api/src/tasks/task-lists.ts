import { Injectable } from '@nestjs/common';
import type { OwnerRow, TaskRow } from '../database/schema.js';
import { Cursors } from '../paging/cursors.js';
import { toPage, type Page } from '../paging/page.js';
import { ProblemException } from '../problems/problem.exception.js';
import type { TaskListQuery } from './task-list-query.dto.js';
import { TaskListStore } from './task-list.store.js';

/** Lists of tasks, page by page. */
@Injectable()
export class TaskLists {
  constructor(
    private readonly store: TaskListStore,
    private readonly cursors: Cursors,
  ) {}

  /** @throws ProblemException `bad_cursor`; `forbidden` for those of everybody. */
  async page(query: TaskListQuery, owner: OwnerRow): Promise<Page<TaskRow>> {
    const { status, type, album_id: albumId, limit, cursor } = query;
    const all = query.all === 'true';
    if (all && owner.role === 'user') throw new ProblemException('forbidden');
    const scope = { list: all ? 'tasks-of-all' : 'tasks', owner: owner.id, status, type, album: albumId };
    const before = cursor === undefined ? undefined : this.cursors.read(scope, cursor);
    const filter = { ownerId: all ? undefined : owner.id, status, type, albumId: albumId?.toLowerCase() };
    const rows = await this.store.list(filter, limit + 1, before);
    return toPage(rows, limit, ({ id }) => this.cursors.issue(scope, id));
  }
}
