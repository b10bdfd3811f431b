import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database, DeliveryAttemptRow, DeliveryRow } from '../database/schema.js';

/** Which deliveries are listed. */
export interface DeliveryFilter {
  /** Undefined for those of everybody. */
  ownerId?: string | undefined;
  taskId?: string | undefined;
  state?: DeliveryRow['state'] | undefined;
}

/** What was told to other systems, what was not, and why. */
@Injectable()
export class DeliveryLogStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** The newest first, those older than the delivery `before`. */
  async list(filter: DeliveryFilter, limit: number, before?: string): Promise<DeliveryRow[]> {
    let query = this.db.selectFrom('deliveries').selectAll().orderBy('id', 'desc').limit(limit);
    if (filter.ownerId !== undefined) query = query.where('owner_id', '=', filter.ownerId);
    if (filter.taskId !== undefined) query = query.where('task_id', '=', filter.taskId);
    if (filter.state !== undefined) query = query.where('state', '=', filter.state);
    if (before !== undefined) query = query.where('id', '<', before);
    return query.execute();
  }

  async find(id: string): Promise<DeliveryRow | undefined> {
    return this.db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirst();
  }

  /** The first one first. */
  async attempts(deliveryId: string): Promise<DeliveryAttemptRow[]> {
    return this.db
      .selectFrom('delivery_attempts')
      .selectAll()
      .where('delivery_id', '=', deliveryId)
      .orderBy('attempt')
      .execute();
  }

  /** Makes it due once more, with the same id and bytes; undefined where it is pending already, or gone. */
  async redeliver(id: string, now = Date.now()): Promise<DeliveryRow | undefined> {
    return this.db
      .updateTable('deliveries')
      .set({ state: 'pending', next_at: now, claimed_until: 0, delivered_at: null })
      .where('id', '=', id)
      .where('state', '!=', 'pending')
      .returningAll()
      .executeTakeFirst();
  }

  /** How many wait, and since when the one that waits longest does (epoch milliseconds; null where none does). */
  async pending(channel: DeliveryRow['channel']): Promise<{ count: number; since: number | null }> {
    return this.db
      .selectFrom('deliveries')
      .select((eb) => [
        eb.fn.countAll<number>().as('count'),
        eb.fn.min<number | null>('created_at').as('since'),
      ])
      .where('state', '=', 'pending')
      .where('channel', '=', channel)
      .executeTakeFirstOrThrow();
  }
}
