import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { DATABASE } from '../database/database.module.js';
import type { Database, OwnerRow } from '../database/schema.js';

/** The task type that is used under the name of another one. */
export type GroupTypes = Record<string, string>;

/** Groups of API keys, and which version of a workflow each gets under the name of a task type. */
@Injectable()
export class GroupsStore {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  /** Nothing special for a group that nobody has described. */
  async typesOf(name: string): Promise<GroupTypes> {
    return (await this.find(name)) ?? {};
  }

  async find(name: string): Promise<GroupTypes | undefined> {
    const row = await this.db
      .selectFrom('groups')
      .select('task_types')
      .where('name', '=', name)
      .executeTakeFirst();
    return row && (JSON.parse(row.task_types) as GroupTypes);
  }

  async put(name: string, types: GroupTypes, by: OwnerRow): Promise<void> {
    const task_types = JSON.stringify(types);
    await this.db.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('groups')
        .values({ name, task_types })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ task_types }))
        .execute();
      const details = { task_types: types };
      await this.audit.write({ act: 'group_set', by, subject: name, details }, transaction);
    });
  }
}
