import type { TaskStep } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database, TaskLogRow, TaskRow, Transaction } from '../database/schema.js';

/** What a step is beside the row that it leads to. */
export interface Step {
  step: TaskStep;
  at: number;
  actor: string;
  gpu?: string | null;
  reason?: string | null;
}

/** A step that was written down, and the task with the number of it. */
export interface Written {
  row: TaskRow;
  entry: TaskLogRow;
}

/** Every step of every task. Numbers have no gaps: they are given in the transaction that changes the task. */
@Injectable()
export class TaskLogStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /**
   * Changes a task and writes the step down, both or neither. The row of the album is locked by it until the end of the
   * transaction, so that its steps are committed in the order of their numbers.
   */
  async write(
    transaction: Transaction,
    row: TaskRow,
    columns: Partial<TaskRow>,
    step: Step,
  ): Promise<Written> {
    const changed: TaskRow = { ...row, ...columns, seq: row.seq + 1 };
    await transaction
      .updateTable('tasks')
      .set({ ...columns, seq: changed.seq })
      .where('id', '=', row.id)
      .execute();
    const albumSeq = row.album_id === null ? null : await nextOfAlbum(transaction, row.album_id);
    const entry = toEntry(changed, step, albumSeq);
    await transaction.insertInto('task_log').values(entry).execute();
    return { row: changed, entry };
  }

  /** The steps of a task, the first one first. */
  async ofTask(taskId: string, after = 0): Promise<TaskLogRow[]> {
    return this.db
      .selectFrom('task_log')
      .selectAll()
      .where('task_id', '=', taskId)
      .where('seq', '>', after)
      .orderBy('seq')
      .execute();
  }

  /** The steps of an album's tasks that follow `after`, `limit` at most, in their order. */
  async ofAlbum(albumId: string, after: number, limit: number): Promise<TaskLogRow[]> {
    return this.db
      .selectFrom('task_log')
      .selectAll()
      .where('album_id', '=', albumId)
      .where('album_seq', '>', after)
      .orderBy('album_seq')
      .limit(limit)
      .execute();
  }
}

export function toEntry(row: TaskRow, step: Step, albumSeq: number | null): TaskLogRow {
  return {
    task_id: row.id,
    seq: row.seq,
    album_id: row.album_id,
    album_seq: albumSeq,
    step: step.step,
    state: row.state,
    at: step.at,
    attempt: row.attempts,
    run: row.run,
    actor: step.actor,
    gpu: step.gpu ?? null,
    reason: step.reason ?? null,
  };
}

/** An album whose last photo is being erased may be gone already; the step belongs to the task alone then. */
async function nextOfAlbum(transaction: Transaction, albumId: string): Promise<number | null> {
  const album = await transaction
    .updateTable('albums')
    .set((eb) => ({ seq: eb('seq', '+', 1) }))
    .where('id', '=', albumId)
    .returning('seq')
    .executeTakeFirst();
  return album?.seq ?? null;
}
