import { Inject, Injectable } from '@nestjs/common';
import { AuditLog, type Act } from '../audit/audit-log.js';
import { DATABASE } from '../database/database.module.js';
import { isPostgres } from '../database/dialect.js';
import type { Database, ErasureRow, TaskRow, Transaction } from '../database/schema.js';
import { originalKeyOf } from './erased-keys.js';
import { firstRound } from './erasure-rounds.js';
import { originalBytes, sumBy } from './used-bytes.js';

/** Whoever has taken erasures on and died leaves them to others after this time; a round takes seconds. */
const ROUND_LEASE_MS = 5 * 60 * 1000;

export type NextRound = Pick<ErasureRow, 'task_id' | 'rounds' | 'next_at' | 'engine_done'>;

/** What has to be erased: written when a task's row goes, removed when nothing of it is left. */
@Injectable()
export class ErasuresStore {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(AuditLog) private readonly audit: Pick<AuditLog, 'write'> = new AuditLog(db),
  ) {}

  /**
   * Deletes the rows of tasks with their logs, and writes down that everything else of them has to go, and who did it where an operator did. All or nothing.
   * @returns the tasks that were there, as they were at that moment.
   */
  async take(taskIds: readonly string[], now: number, act?: Act): Promise<TaskRow[]> {
    if (taskIds.length === 0) return [];
    return this.db.transaction().execute(async (transaction) => {
      const rows = await this.lock(transaction, taskIds);
      if (rows.length === 0) return [];
      const ids = rows.map((row) => row.id);
      await transaction
        .insertInto('erasures')
        .values(rows.map((row) => toErasure(row, now)))
        .onConflict((conflict) => conflict.column('task_id').doNothing())
        .execute();
      await transaction.deleteFrom('tasks').where('id', 'in', ids).execute();
      // Nobody is told of what is not there; with them goes the log of what was told.
      await transaction.deleteFrom('deliveries').where('task_id', 'in', ids).execute();
      await giveBack(transaction, rows);
      if (act !== undefined) await this.audit.write(act, transaction);
      return rows;
    });
  }

  async find(taskId: string): Promise<ErasureRow | undefined> {
    return this.db.selectFrom('erasures').selectAll().where('task_id', '=', taskId).executeTakeFirst();
  }

  /** Takes due erasures on for one round; no other instance does, for a while. */
  async takeDue(now: number, limit: number): Promise<ErasureRow[]> {
    const due = this.db
      .selectFrom('erasures')
      .select('task_id')
      .where('next_at', '<=', now)
      .orderBy('next_at')
      .limit(limit);
    return (
      this.db
        .updateTable('erasures')
        .set({ next_at: now + ROUND_LEASE_MS })
        .where('task_id', 'in', due)
        // Where another instance was quicker, PostgreSQL looks at this once more.
        .where('next_at', '<=', now)
        .returningAll()
        .execute()
    );
  }

  /** Writes down what follows a round: `over` need nothing more, the others have their next round. */
  async settle(over: readonly string[], later: readonly NextRound[]): Promise<void> {
    await this.db.transaction().execute(async (transaction) => {
      for (const { task_id: id, ...columns } of later) {
        await transaction.updateTable('erasures').set(columns).where('task_id', '=', id).execute();
      }
      if (over.length === 0) return;
      await transaction
        .deleteFrom('erasures')
        .where('task_id', 'in', [...over])
        .execute();
    });
  }

  /** In the order of their ids, so that two instances that erase the same tasks wait for each other in one order. */
  private async lock(transaction: Transaction, taskIds: readonly string[]): Promise<TaskRow[]> {
    const query = transaction
      .selectFrom('tasks')
      .selectAll()
      .where('id', 'in', [...taskIds])
      .orderBy('id');
    return (isPostgres(this.db) ? query.forUpdate() : query).execute();
  }
}

function toErasure(row: TaskRow, now: number): ErasureRow {
  const { rounds, nextAt } = firstRound(now, row.finished_at);
  return {
    task_id: row.id,
    original_key: originalKeyOf(row),
    requested_at: now,
    next_at: nextAt,
    rounds,
    engine_done: 0,
  };
}

/** Albums before owners, as where a photo is taken in: nobody waits for somebody who waits for him. */
async function giveBack(transaction: Transaction, rows: readonly TaskRow[]): Promise<void> {
  for (const [id, photos] of sumBy(
    rows,
    (row) => row.album_id,
    () => 1,
  )) {
    await transaction
      .updateTable('albums')
      // Its number moves too: who comes back with the old one is told what is left.
      .set((eb) => ({ photos: eb('photos', '-', photos), seq: eb('seq', '+', photos) }))
      .where('id', '=', id)
      .execute();
  }
  for (const [id, bytes] of sumBy(rows, (row) => row.owner_id, originalBytes)) {
    await transaction
      .updateTable('owners')
      .set((eb) => ({ used_bytes: eb('used_bytes', '-', bytes) }))
      .where('id', '=', id)
      .execute();
  }
}
