import { isFinalState, type TaskState } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { AuditLog, type Act } from '../audit/audit-log.js';
import { DATABASE } from '../database/database.module.js';
import { isPostgres } from '../database/dialect.js';
import type { AlbumRow, Database, TaskLogRow, TaskRow, Transaction } from '../database/schema.js';
import { DeliveriesStore } from '../deliveries/deliveries.store.js';
import { givePlaceBack, takePlaceInAlbum, type AlbumRoom } from './album-place.js';
import { toRow, type NewTask } from './new-task.js';
import type { ReplyAddress } from './reply-address.js';
import { columnsOf } from './step-columns.js';
import type { StoredChange } from './stored-change.js';
import { TaskLogStore, toEntry, type Step } from './task-log.store.js';
import type { TaskChange } from './task-step.js';

/** Why a task was not recorded. */
export type NotInserted = 'key_taken' | 'album_full' | 'album_gone';

/** A step with what it led to. */
export interface PastStep extends Step {
  state: TaskState;
  attempt: number;
}

/** What a task has behind it when it is recorded. */
export interface Past {
  /** Where it differs from one that has just come. */
  columns: Partial<TaskRow>;
  /** The first one first; never empty. */
  steps: readonly PastStep[];
}

/** Writes down, in the transaction that stores an outcome, whom it has to reach. */
export type Outcomes = Pick<DeliveriesStore, 'record'>;

const MOST_ENTRIES = 1000;

/** For whoever uses the store alone, without the rest of the app. */
const NOBODY: Outcomes = { record: () => Promise.resolve() };

/** The only place that makes tasks and writes their state. */
@Injectable()
export class TasksStore {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    private readonly log: TaskLogStore,
    @Inject(DeliveriesStore) private readonly outcomes: Outcomes = NOBODY,
    @Inject(AuditLog) private readonly audit: Pick<AuditLog, 'write'> = new AuditLog(db),
  ) {}

  /** Records the task with its first step, all or nothing. A task that waits is its own message to the broker. */
  async insert(
    task: NewTask,
    room: AlbumRoom = { maxPhotos: Infinity },
  ): Promise<StoredChange | NotInserted> {
    const first = {
      step: 'submitted',
      state: 'queued',
      at: task.createdAt,
      attempt: 0,
      actor: 'api',
    } as const;
    return this.add(task, { columns: {}, steps: [first] }, room);
  }

  /** Records a task that has ended elsewhere, with its steps, all or nothing. The last one is the album's, too. */
  async insertEnded(
    task: NewTask,
    past: Past,
    { act, ...room }: AlbumRoom & { act: Act },
  ): Promise<StoredChange | NotInserted> {
    return this.add(task, past, room, act);
  }

  private async add(
    task: NewTask,
    { columns, steps }: Past,
    room: AlbumRoom,
    act?: Act,
  ): Promise<StoredChange | NotInserted> {
    return this.db.transaction().execute(async (transaction) => {
      const place = await takePlaceInAlbum(transaction, task, room);
      if (typeof place === 'string') return place;
      const row = { ...toRow(task, place?.seq ?? null), ...columns, seq: steps.length };
      const inserted = await transaction
        .insertInto('tasks')
        .values(row)
        .onConflict((conflict) => conflict.columns(['owner_id', 'idempotency_key']).doNothing())
        .returning('id')
        .executeTakeFirst();
      if (inserted === undefined) {
        await givePlaceBack(transaction, task.albumId);
        return 'key_taken';
      }
      const entries = steps.map((step, index) => {
        const isLast = index === steps.length - 1;
        const then = { ...row, seq: index + 1, state: step.state, attempts: step.attempt };
        return toEntry(then, step, isLast ? (place?.seq ?? null) : null);
      });
      await insertAll(transaction, entries);
      await transaction
        .updateTable('owners')
        .set((eb) => ({ used_bytes: eb('used_bytes', '+', task.original.bytes) }))
        .where('id', '=', task.ownerId)
        .execute();
      if (act !== undefined) await this.audit.write(act, transaction);
      return { row, entry: entries.at(-1)!, from: null };
    });
  }

  /** What an operator gave to all that is added to the album; null where nobody did, and without an album. */
  async priorityIn(album: Pick<AlbumRow, 'id'> | null): Promise<number | null> {
    if (album === null) return null;
    const row = await this.db
      .selectFrom('albums')
      .select('priority')
      .where('id', '=', album.id)
      .executeTakeFirst();
    return row?.priority ?? null;
  }

  async find(id: string): Promise<TaskRow | undefined> {
    return this.db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst();
  }

  async findByKey(ownerId: string, idempotencyKey: string): Promise<TaskRow | undefined> {
    return this.db
      .selectFrom('tasks')
      .selectAll()
      .where('owner_id', '=', ownerId)
      .where('idempotency_key', '=', idempotencyKey)
      .executeTakeFirst();
  }

  /**
   * Its sender waits for the outcome elsewhere from here on.
   * @returns the task; undefined where it has ended, or is gone.
   */
  async answerAt(id: string, reply: ReplyAddress): Promise<TaskRow | undefined> {
    return this.db
      .updateTable('tasks')
      .set({ reply: JSON.stringify(reply) })
      .where('id', '=', id)
      .where('state', 'in', ['queued', 'running'])
      .returningAll()
      .executeTakeFirst();
  }

  /** In no particular order; ids that nobody knows are left out. */
  async findMany(ids: readonly string[]): Promise<TaskRow[]> {
    if (ids.length === 0) return [];
    return this.db
      .selectFrom('tasks')
      .selectAll()
      .where('id', 'in', [...ids])
      .execute();
  }

  /**
   * Tasks that no worker has told of and whose waiting limit has passed, by that limit; those that follow `after`. No time
   * passes for those of a paused type.
   */
  async findOverdue(deadlineUpTo: number, limit: number, after?: TaskRow): Promise<TaskRow[]> {
    const query = this.db
      .selectFrom('tasks')
      .selectAll()
      .where('state', '=', 'queued')
      .where('run', '=', 0)
      .where('deadline_at', '<=', deadlineUpTo)
      .where('type', 'not in', (eb) => eb.selectFrom('pauses').select('name').where('scope', '=', 'type'))
      .orderBy('deadline_at')
      .orderBy('id')
      .limit(limit);
    if (after === undefined) return query.execute();
    return query
      .where((eb) =>
        eb.or([
          eb('deadline_at', '>', after.deadline_at),
          eb('deadline_at', '=', after.deadline_at).and('id', '>', after.id),
        ]),
      )
      .execute();
  }

  /**
   * Applies what happened to a task, as `TRANSITIONS` says, and writes it down. Events come twice, late and out of order;
   * the row is locked while they are judged.
   *
   * `deadlineUpTo` applies it only to a task whose waiting limit lies there or before, and whose type is not paused. `turn` is its fair turn where it
   * joins the line as a newcomer. `act` is written down with it, where an operator did it.
   *
   * @returns what was stored, or undefined when the change changed nothing.
   */
  async apply(
    change: TaskChange,
    { deadlineUpTo, turn, act }: { deadlineUpTo?: number; turn?: number; act?: Act | undefined } = {},
  ): Promise<StoredChange | undefined> {
    return this.db.transaction().execute(async (transaction) => {
      const row = await this.lock(transaction, change.taskId);
      if (row === undefined) return undefined;
      if (deadlineUpTo !== undefined && !(await isDue(transaction, row, deadlineUpTo))) return undefined;
      const columns = columnsOf(row, change);
      if (columns === undefined) return undefined;
      const withTurn = turn === undefined ? columns : { ...columns, turn };
      const written = await this.log.write(transaction, row, withTurn, toStep(change));
      if (act !== undefined) await this.audit.write(act, transaction);
      if (isFinalState(written.row.state)) await this.outcomes.record(transaction, written.row);
      return { ...written, from: row.state, change };
    });
  }

  /** The row as it is now; no other transaction changes it before this one has ended. */
  private async lock(transaction: Transaction, id: string): Promise<TaskRow | undefined> {
    const query = transaction.selectFrom('tasks').selectAll().where('id', '=', id);
    // SQLite has one writer at a time anyway, and no such clause.
    return (isPostgres(this.db) ? query.forUpdate() : query).executeTakeFirst();
  }
}

/** A statement may hold 32,766 values (SQLite). */
async function insertAll(transaction: Transaction, entries: readonly TaskLogRow[]): Promise<void> {
  for (let from = 0; from < entries.length; from += MOST_ENTRIES) {
    await transaction
      .insertInto('task_log')
      .values(entries.slice(from, from + MOST_ENTRIES))
      .execute();
  }
}

/** Whether its waiting limit has passed. */
async function isDue(transaction: Transaction, row: TaskRow, upTo: number): Promise<boolean> {
  if (row.deadline_at === null || row.deadline_at > upTo) return false;
  const pause = await transaction
    .selectFrom('pauses')
    .select('since')
    .where('scope', '=', 'type')
    .where('name', '=', row.type)
    .executeTakeFirst();
  return pause === undefined;
}

function toStep(change: TaskChange): Step {
  return {
    step: change.kind,
    at: Date.parse(change.at),
    actor: change.worker,
    gpu: 'gpu' in change ? (change.gpu ?? null) : null,
    reason: reasonOf(change),
  };
}

function reasonOf(change: TaskChange): string | null {
  if (change.kind === 'requeued') return change.reason;
  return change.kind === 'retrying' || change.kind === 'failed' ? change.failure.code : null;
}
