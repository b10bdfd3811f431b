import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { DATABASE } from '../database/database.module.js';
import { isPostgres } from '../database/dialect.js';
import type { Database, OwnerRow, TaskRow, Transaction } from '../database/schema.js';

/** What an operator chooses for an album. */
export interface ChosenPriority {
  albumId: string;
  /** 0 to 9. */
  priority: number;
  by: OwnerRow;
  note: string | null;
}

/** The fair turn of a task in its new priority. */
export type TurnOf = (task: TaskRow) => number;

/** PostgreSQL's SQLSTATE for two transactions that wait for each other; one of them is given up. */
const DEADLOCK = '40P01';
const MOST_TRIES = 5;

/** Gives all that waits in an album another priority, and what is added later. */
@Injectable()
export class AlbumPriorityStore {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Both or neither, and the act with them. `turnOf` is asked in the order of the line for those that are held; what the
   * broker has keeps its place there.
   * @returns the tasks that have another priority by it; undefined where there is no such album.
   */
  async set(chosen: ChosenPriority, turnOf: TurnOf): Promise<TaskRow[] | undefined> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.db.transaction().execute((transaction) => this.write(transaction, chosen, turnOf));
      } catch (error) {
        // A worker began one of the photos at this moment, and its step wanted the album.
        if ((error as { code?: unknown } | null)?.code !== DEADLOCK || tries === MOST_TRIES) throw error;
      }
    }
  }

  private async write(
    transaction: Transaction,
    chosen: ChosenPriority,
    turnOf: TurnOf,
  ): Promise<TaskRow[] | undefined> {
    const { albumId, priority, by, note } = chosen;
    const changed = await this.change(transaction, chosen, turnOf);
    const album = await transaction
      .updateTable('albums')
      .set({ priority })
      .where('id', '=', albumId)
      .returning('id')
      .executeTakeFirst();
    if (album === undefined) return undefined;
    // What came in before this lock was had; after it, they come with the new one.
    changed.push(...(await this.change(transaction, chosen, turnOf)));
    const details = { priority };
    await this.audit.write(
      { act: 'album_priority_set', by, subject: albumId, details, count: changed.length, note },
      transaction,
    );
    return changed;
  }

  private async change(
    transaction: Transaction,
    { albumId, priority }: ChosenPriority,
    turnOf: TurnOf,
  ): Promise<TaskRow[]> {
    const query = transaction
      .selectFrom('tasks')
      .selectAll()
      .where('album_id', '=', albumId)
      .where('state', '=', 'queued')
      .where('priority', '!=', priority)
      .orderBy('id');
    const rows = await (isPostgres(this.db) ? query.forUpdate() : query).execute();
    const changed: TaskRow[] = [];
    for (const row of rows.toSorted((a, b) => b.priority - a.priority || a.turn - b.turn)) {
      const turn = row.dispatched === null ? turnOf(row) : row.turn;
      await transaction.updateTable('tasks').set({ priority, turn }).where('id', '=', row.id).execute();
      changed.push({ ...row, priority, turn });
    }
    return changed;
  }
}
