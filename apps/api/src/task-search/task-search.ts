import type { OperatorTaskDetailView, OperatorTaskView } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import type { OwnerRow } from '../database/schema.js';
import { Cursors } from '../paging/cursors.js';
import type { Page } from '../paging/page.js';
import { ProblemException } from '../problems/problem.exception.js';
import { TaskLogStore } from '../tasks/task-log.store.js';
import { TaskViews } from '../tasks/task-views.js';
import { TasksStore } from '../tasks/tasks.store.js';
import { toOperatorTask, toOperatorTaskDetail } from './operator-task.view.js';
import { toSought } from './sought.js';
import { TaskOwnersStore } from './task-owners.store.js';
import type { TaskSearchQuery } from './task-search-query.dto.js';
import { TaskSearchStore } from './task-search.store.js';

/** Of `TaskSearchStore`: 200,000 tasks are looked at for one page, for about a second at most. */
const WINDOWS = 40;

/** What operators find of tasks, whosever they are. */
@Injectable()
export class TaskSearch {
  constructor(
    private readonly store: TaskSearchStore,
    private readonly owners: TaskOwnersStore,
    private readonly cursors: Cursors,
    private readonly tasks: TasksStore,
    private readonly log: TaskLogStore,
    private readonly views: TaskViews,
  ) {}

  /**
   * The newest first. A page may show fewer than its limit, or nothing, and say where the search goes on all the same: it
   * looks at so many tasks at once and no more. @throws ProblemException `bad_cursor`.
   */
  async page(query: TaskSearchQuery, caller: OwnerRow): Promise<Page<OperatorTaskView>> {
    const { limit, cursor, discarded, ...match } = query;
    const scope = { ...match, list: 'admin-tasks', caller: caller.id, discarded };
    const after = cursor === undefined ? undefined : this.cursors.read(scope, cursor);
    const words = match.q === undefined ? undefined : await this.store.tell(match.q);
    const sought = {
      ...toSought(match),
      words,
      discarded: discarded === undefined ? (words === undefined ? false : undefined) : discarded === 'true',
    };
    const { rows, goesOnAfter } = await this.store.find(
      sought,
      { order: 'newest_first', after },
      { limit, windows: WINDOWS },
    );
    const ownerOf = await this.owners.of(rows.map((row) => row.owner_id));
    return {
      items: rows.map((row) => toOperatorTask(row, ownerOf(row.owner_id))),
      next_cursor: goesOnAfter === undefined ? null : this.cursors.issue(scope, goesOnAfter),
    };
  }

  /** @throws ProblemException `not_found`. */
  async read(id: string): Promise<OperatorTaskDetailView> {
    const row = isUuid(id) ? await this.tasks.find(id.toLowerCase()) : undefined;
    if (row === undefined) throw new ProblemException('not_found');
    const ownerOf = await this.owners.of([row.owner_id]);
    return toOperatorTaskDetail(row, {
      view: this.views.of(row),
      owner: ownerOf(row.owner_id),
      log: await this.log.ofTask(row.id),
    });
  }
}
