import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { DATABASE } from '../database/database.module.js';
import type { Database, TaskRow } from '../database/schema.js';
import type { StoredChange } from '../tasks/stored-change.js';
import { TaskLogStore } from '../tasks/task-log.store.js';

/** Long enough for a confirm that times out; what an instance held that died comes free after it. */
const CLAIM_MS = 10_000;

/** Whom to hand over, in which order and class. */
export interface HandOver {
  id: string;
  order: number;
  brokerClass: number;
}

/**
 * Hand-overs of waiting tasks to the broker. The place in the broker's line is written down first; until the broker has
 * confirmed the message, `claimed_until` says that it has to be published (again), and who may not do so now.
 */
@Injectable()
export class HandOverStore {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    private readonly log: TaskLogStore,
  ) {}

  /** Takes those of them that still wait and that no other instance has taken. */
  async take(wanted: readonly HandOver[], now = Date.now()): Promise<StoredChange[]> {
    if (wanted.length === 0) return [];
    return this.db.transaction().execute(async (transaction) => {
      const taken: StoredChange[] = [];
      for (const { id, order, brokerClass } of wanted) {
        const columns = { dispatched: order, sent_class: brokerClass, claimed_until: now + CLAIM_MS };
        const row = await transaction
          .updateTable('tasks')
          .set(columns)
          .where('id', '=', id)
          .where('state', '=', 'queued')
          .where('dispatched', 'is', null)
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) continue;
        const step = { step: 'dispatched', at: now, actor: 'api' } as const;
        taken.push({ ...(await this.log.write(transaction, row, {}, step)), from: 'queued' });
      }
      return taken;
    });
  }

  /** Waiting tasks whose message the broker has not confirmed and that nobody publishes now, in their order. */
  async takeUnconfirmed(limit: number, now = Date.now()): Promise<TaskRow[]> {
    return (
      this.db
        .updateTable('tasks')
        .set({ claimed_until: now + CLAIM_MS })
        .where('id', 'in', (eb) =>
          eb
            .selectFrom('tasks')
            .select('id')
            .where('claimed_until', '>', sql.lit(0))
            .where('claimed_until', '<=', now)
            .where('state', '=', 'queued')
            .orderBy('dispatched')
            .limit(limit),
        )
        // Said again, because PostgreSQL looks at a row again that another instance has changed meanwhile.
        .where('claimed_until', '<=', now)
        .returningAll()
        .execute()
    );
  }

  /** The broker has their messages. */
  async confirm(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.setClaim(ids, 0).execute();
  }

  /** They could not be published; anybody may try again. Not those that a worker has begun, or nobody has handed over. */
  async release(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.setClaim(ids, 1).where('state', '=', 'queued').where('dispatched', 'is not', null).execute();
  }

  /**
   * A task that the broker has is held again, where no worker has begun it and it was asked for once only: the message of
   * any other says more than a new one would. Undefined for such a one, and for what is held already.
   */
  async takeBack(id: string): Promise<TaskRow | undefined> {
    return this.db
      .updateTable('tasks')
      .set({ dispatched: null, sent_class: null, claimed_until: 0 })
      .where('id', '=', id)
      .where('state', '=', 'queued')
      .where('dispatched', 'is not', null)
      .where('run', '=', 0)
      .where('again', '=', 0)
      .returningAll()
      .executeTakeFirst();
  }

  /** Whether it waits and the broker should not have it. */
  async isHeld(id: string): Promise<boolean> {
    const row = await this.db
      .selectFrom('tasks')
      .select('id')
      .where('id', '=', id)
      .where('state', '=', 'queued')
      .where('dispatched', 'is', null)
      .where('run', '=', 0)
      .where('again', '=', 0)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Only where no other process uses the database: what an earlier one had taken may be published at once. */
  async releaseAll(): Promise<void> {
    await this.db.updateTable('tasks').set({ claimed_until: 1 }).where('claimed_until', '>', 1).execute();
  }

  /** How many messages of waiting tasks the broker has not got or not confirmed yet. */
  async unconfirmed(): Promise<number> {
    const { count } = await this.db
      .selectFrom('tasks')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('claimed_until', '>', sql.lit(0))
      .where('state', '=', 'queued')
      .executeTakeFirstOrThrow();
    return count;
  }

  private setClaim(ids: readonly string[], until: number) {
    return this.db
      .updateTable('tasks')
      .set({ claimed_until: until })
      .where('id', 'in', [...ids]);
  }
}
