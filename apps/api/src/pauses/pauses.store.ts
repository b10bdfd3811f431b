import type { AuditAct, PauseScope } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../audit/audit-log.js';
import { DATABASE } from '../database/database.module.js';
import type { Database, OwnerRow, PauseRow, Transaction } from '../database/schema.js';

/** What is stopped, or goes on. */
export interface PauseTarget {
  scope: PauseScope;
  /** Empty for the intake. */
  name: string;
}

const ACTS = {
  intake: ['intake_paused', 'intake_resumed'],
  type: ['type_paused', 'type_resumed'],
  worker: ['worker_paused', 'worker_resumed'],
} as const satisfies Record<PauseScope, readonly [AuditAct, AuditAct]>;

/** What operators have stopped, as the database has it. Each change is written down with it in the audit log. */
@Injectable()
export class PausesStore {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  /** All of them, the oldest first. */
  async list(): Promise<PauseRow[]> {
    return this.db
      .selectFrom('pauses')
      .selectAll()
      .orderBy('since')
      .orderBy('scope')
      .orderBy('name')
      .execute();
  }

  /** What is paused already stays so since when it was, by whom it was; a note replaces the one before. */
  async pause(
    { scope, name }: PauseTarget,
    by: OwnerRow,
    note: string | null,
    now = Date.now(),
  ): Promise<PauseRow> {
    return this.db.transaction().execute(async (transaction) => {
      const row: PauseRow = { scope, name, since: now, by_id: by.id, by_name: by.name, note };
      const added = await transaction
        .insertInto('pauses')
        .values(row)
        .onConflict((conflict) => conflict.columns(['scope', 'name']).doNothing())
        .returningAll()
        .executeTakeFirst();
      const [act] = ACTS[scope];
      if (added === undefined) return this.noted(transaction, row);
      await this.audit.write({ act, by, subject: name || null, note }, transaction);
      return added;
    });
  }

  /** Undefined where it was not paused. While a type is paused no time passes for its waiting limits. */
  async resume({ scope, name }: PauseTarget, by: OwnerRow, now = Date.now()): Promise<PauseRow | undefined> {
    return this.db.transaction().execute(async (transaction) => {
      const row = await transaction
        .deleteFrom('pauses')
        .where('scope', '=', scope)
        .where('name', '=', name)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) return undefined;
      if (scope === 'type') await moveDeadlines(transaction, row, now);
      const [, act] = ACTS[scope];
      const details = { since: new Date(row.since).toISOString() };
      await this.audit.write({ act, by, subject: name || null, details }, transaction);
      return row;
    });
  }

  private async noted(transaction: Transaction, { scope, name, note }: PauseRow): Promise<PauseRow> {
    return transaction
      .updateTable('pauses')
      .set((eb) => ({ note: note === null ? eb.ref('note') : eb.val(note) }))
      .where('scope', '=', scope)
      .where('name', '=', name)
      .returningAll()
      .executeTakeFirstOrThrow();
  }
}

/** Later by as long as the pause lasted; of what came during it, by as long as it has waited. */
async function moveDeadlines(
  transaction: Transaction,
  { name, since }: PauseRow,
  now: number,
): Promise<void> {
  const stoodStill = sql<number>`${sql.lit(now)} - case when queued_at > ${sql.lit(since)}
    then queued_at else ${sql.lit(since)} end`;
  await transaction
    .updateTable('tasks')
    .set((eb) => ({ deadline_at: eb('deadline_at', '+', stoodStill) }))
    .where('type', '=', name)
    .where('state', '=', sql.lit('queued'))
    .where('deadline_at', 'is not', null)
    .execute();
}
