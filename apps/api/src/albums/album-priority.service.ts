import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import type { TaskRow } from '../database/schema.js';
import { LinesService } from '../line/lines.service.js';
import { LOGGER } from '../logger.token.js';
import { TaskChanges } from '../task-events/task-changes.js';
import { AlbumPriorityStore, type ChosenPriority } from './album-priority.store.js';

/** Lets an album go before others, or after them. */
@Injectable()
export class AlbumPriorityService {
  constructor(
    private readonly store: AlbumPriorityStore,
    private readonly lines: LinesService,
    private readonly changes: TaskChanges,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** How many waiting photos have another priority by it; undefined where there is no such album. */
  async set(chosen: ChosenPriority): Promise<number | undefined> {
    const { albumId, priority } = chosen;
    const joined: [TaskRow, turn: number][] = [];
    let changed: TaskRow[] | undefined;
    try {
      changed = await this.store.set(chosen, (task) => {
        const turn = this.lines.of(task.type).join(task.owner_id, priority);
        joined.push([task, turn]);
        return turn;
      });
      if (changed === undefined) return undefined;
      for (const row of changed) this.changes.moved(row);
      this.logger.info({ albumId, priority, tasks: changed.length }, 'an album has another priority');
      return changed.length;
    } finally {
      // What was given in a try that came to nothing is given to nobody.
      const turns = new Map(changed?.map(({ id, turn }) => [id, turn]));
      for (const [task, turn] of joined) {
        if (turns.get(task.id) !== turn) this.lines.of(task.type).abandon(task.owner_id, priority, turn);
      }
    }
  }
}
