import {
  isFinalState,
  type ArtifactRef,
  type ParameterValues,
  type TaskMessage,
  type TaskState,
} from '@app/contracts';
import type { StateEvent } from '@app/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database, TaskRow } from '../database/schema.js';
import { columnsOf, mayApply } from './event-update.js';

/** What is known of a task when it is made. */
export interface NewTask {
  message: TaskMessage;
  priority: number;
  filename: string;
  original: ArtifactRef;
  canonical: ArtifactRef;
  parameters: ParameterValues;
  /** Epoch milliseconds; null where it may wait for ever. */
  deadlineAt: number | null;
  idempotencyKey: string | null;
}

/** The only place that writes a task's state. */
@Injectable()
export class TasksStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /**
   * Records the task and the message that has to reach the broker, both or neither.
   * @returns undefined, and records nothing, where another task has the same idempotency key.
   */
  async insert(task: NewTask): Promise<TaskRow | undefined> {
    const row = toRow(task);
    const outbox = {
      task_id: row.id,
      message: JSON.stringify(task.message),
      priority: task.priority,
      created_at: row.created_at,
      claimed_until: 0,
    };
    return this.db.transaction().execute(async (transaction) => {
      const inserted = await transaction
        .insertInto('tasks')
        .values(row)
        .onConflict((conflict) => conflict.column('idempotency_key').doNothing())
        .returning('id')
        .executeTakeFirst();
      if (inserted === undefined) return undefined;
      await transaction.insertInto('outbox').values(outbox).execute();
      return row;
    });
  }

  async find(id: string): Promise<TaskRow | undefined> {
    return this.db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst();
  }

  async findByKey(idempotencyKey: string): Promise<TaskRow | undefined> {
    return this.db
      .selectFrom('tasks')
      .selectAll()
      .where('idempotency_key', '=', idempotencyKey)
      .executeTakeFirst();
  }

  async findMany(ids: readonly string[]): Promise<TaskRow[]> {
    if (ids.length === 0) return [];
    return this.db
      .selectFrom('tasks')
      .selectAll()
      .where('id', 'in', [...ids])
      .execute();
  }

  /** Tasks that no worker has told of and whose waiting limit has passed, by that limit; those that follow `after`. */
  async findOverdue(deadlineUpTo: number, limit: number, after?: TaskRow): Promise<TaskRow[]> {
    const query = this.db
      .selectFrom('tasks')
      .selectAll()
      .where('state', '=', 'queued')
      .where('run', '=', 0)
      .where('deadline_at', '<=', deadlineUpTo)
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

  /** How many waiting tasks of the same type are served before this one, plus one. */
  async queuePosition(task: TaskRow): Promise<number> {
    const { ahead } = await this.db
      .selectFrom('tasks')
      .select((eb) => eb.fn.countAll<number>().as('ahead'))
      .where('type', '=', task.type)
      .where('state', '=', 'queued')
      .where((eb) =>
        eb.or([
          eb('priority', '>', task.priority),
          eb.and([eb('priority', '=', task.priority), eb('queued_at', '<', task.queued_at)]),
          eb.and([
            eb('priority', '=', task.priority),
            eb('queued_at', '=', task.queued_at),
            eb('id', '<', task.id),
          ]),
        ]),
      )
      .executeTakeFirstOrThrow();
    return ahead + 1;
  }

  /** The place of every waiting task of a type, 1 = next. One query for all who want to know. */
  async places(type: string): Promise<Map<string, number>> {
    const waiting = await this.db
      .selectFrom('tasks')
      .select('id')
      .where('type', '=', type)
      .where('state', '=', 'queued')
      .orderBy('priority', 'desc')
      .orderBy('queued_at')
      .orderBy('id')
      .execute();
    return new Map(waiting.map(({ id }, index) => [id, index + 1]));
  }

  /** How many tasks are in each state, by type. */
  async counts(): Promise<{ type: string; state: TaskState; count: number }[]> {
    return this.db
      .selectFrom('tasks')
      .select((eb) => ['type' as const, 'state' as const, eb.fn.countAll<number>().as('count')])
      .groupBy(['type', 'state'])
      .execute();
  }

  async countWaiting(): Promise<number> {
    const { waiting } = await this.db
      .selectFrom('tasks')
      .select((eb) => eb.fn.countAll<number>().as('waiting'))
      .where('state', '=', 'queued')
      .executeTakeFirstOrThrow();
    return waiting;
  }

  /**
   * Applies what happened to a task, as `TRANSITIONS` says. Events come twice, late and out of order, so each is one
   * conditional update. A task that is final needs no message any more: what waits in the outbox goes with it.
   *
   * `deadlineUpTo` applies it only to a task whose waiting limit lies there or before.
   *
   * @returns the row after the change, or undefined when the event changed nothing.
   */
  async apply(
    event: StateEvent,
    { deadlineUpTo }: { deadlineUpTo?: number } = {},
  ): Promise<TaskRow | undefined> {
    return this.db.transaction().execute(async (transaction) => {
      const row = await transaction
        .updateTable('tasks')
        .where('id', '=', event.taskId)
        .where((eb) => mayApply(eb, event))
        .$if(deadlineUpTo !== undefined, (update) => update.where('deadline_at', '<=', deadlineUpTo!))
        .set((eb) => columnsOf(eb, event))
        .returningAll()
        .executeTakeFirst();
      if (row && isFinalState(row.state)) {
        await transaction.deleteFrom('outbox').where('task_id', '=', row.id).execute();
      }
      return row;
    });
  }
}

function toRow(task: NewTask): TaskRow {
  const now = Date.parse(task.message.submittedAt);
  return {
    id: task.message.taskId,
    type: task.message.taskType,
    state: 'queued',
    priority: task.priority,
    filename: task.filename,
    parameters: JSON.stringify(task.parameters),
    original: JSON.stringify(task.original),
    canonical: JSON.stringify(task.canonical),
    result: null,
    engine: null,
    failure: null,
    attempts: 0,
    run: 0,
    created_at: now,
    queued_at: now,
    started_at: null,
    finished_at: null,
    deadline_at: task.deadlineAt,
    idempotency_key: task.idempotencyKey,
  };
}
