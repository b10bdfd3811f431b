import type { ArtifactRef, ParameterValues, TaskEvent, TaskMessage, TaskState } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database, TaskRow } from '../database/schema.js';

/** What is known of a task when it is made. */
export interface NewTask {
  message: TaskMessage;
  priority: number;
  filename: string;
  original: ArtifactRef;
  canonical: ArtifactRef;
  parameters: ParameterValues;
}

/** The only place that writes a task's state. */
@Injectable()
export class TasksStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** Records the task and the message that has to reach the broker, both or neither. */
  async insert(task: NewTask): Promise<TaskRow> {
    const now = Date.parse(task.message.submittedAt);
    const row: TaskRow = {
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
      created_at: now,
      queued_at: now,
      started_at: null,
      finished_at: null,
    };
    const outbox = {
      task_id: row.id,
      message: JSON.stringify(task.message),
      priority: task.priority,
      created_at: now,
    };
    await this.db.transaction().execute(async (transaction) => {
      await transaction.insertInto('tasks').values(row).execute();
      await transaction.insertInto('outbox').values(outbox).execute();
    });
    return row;
  }

  async find(id: string): Promise<TaskRow | undefined> {
    return this.db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst();
  }

  async findMany(ids: readonly string[]): Promise<TaskRow[]> {
    if (ids.length === 0) return [];
    return this.db
      .selectFrom('tasks')
      .selectAll()
      .where('id', 'in', [...ids])
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
   * Applies what a worker tells. Events may come twice, late and out of order, so each is one conditional update:
   * a final state is never left, and an attempt is never started or retried a second time.
   *
   * @returns the row after the change, or undefined when the event changed nothing.
   */
  async apply(event: Exclude<TaskEvent, { kind: 'progress' }>): Promise<TaskRow | undefined> {
    const at = Date.parse(event.at);
    const update = this.db
      .updateTable('tasks')
      .where('id', '=', event.taskId)
      .where('state', 'in', ['queued', 'running']);
    switch (event.kind) {
      case 'started':
        return update
          .where('attempts', '<', event.attempt)
          .set({ state: 'running', attempts: event.attempt, started_at: at, failure: null })
          .returningAll()
          .executeTakeFirst();
      case 'retrying':
        return update
          .where((eb) =>
            eb.or([
              eb('attempts', '<', event.attempt),
              eb.and([eb('attempts', '=', event.attempt), eb('state', '=', 'running')]),
            ]),
          )
          .set({
            state: 'queued',
            attempts: event.attempt,
            queued_at: at,
            failure: JSON.stringify(event.failure),
          })
          .returningAll()
          .executeTakeFirst();
      case 'succeeded':
        return update
          .set((eb) => ({
            state: 'succeeded' as const,
            attempts: event.attempt,
            result: JSON.stringify(event.result),
            engine: JSON.stringify(event.engine),
            failure: null,
            started_at: eb.fn.coalesce('started_at', eb.val(at)),
            finished_at: at,
          }))
          .returningAll()
          .executeTakeFirst();
      case 'failed':
        return update
          .set({
            state: 'failed',
            attempts: event.attempt,
            failure: JSON.stringify(event.failure),
            finished_at: at,
          })
          .returningAll()
          .executeTakeFirst();
    }
  }
}
