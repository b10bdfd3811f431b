import type { TaskOwnerView } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { toOwner } from './operator-task.view.js';

/** Whose tasks are. */
@Injectable()
export class TaskOwnersStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** For every id, also one of an owner who is gone. */
  async of(ids: readonly string[]): Promise<(id: string) => TaskOwnerView> {
    const asked = [...new Set(ids)];
    const rows =
      asked.length === 0
        ? []
        : await this.db
            .selectFrom('owners')
            .select(['id', 'kind', 'name'])
            .where('id', 'in', asked)
            .execute();
    const byId = new Map(rows.map((row) => [row.id, row]));
    return (id) => toOwner(id, byId.get(id));
  }
}
