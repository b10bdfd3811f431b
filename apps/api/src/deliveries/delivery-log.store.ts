import { Inject, Injectable } from '@nestjs/common';
import { AuditLog, type Act } from '../audit/audit-log.js';
import { DATABASE } from '../database/database.module.js';
import type { Database, DeliveryAttemptRow, DeliveryRow } from '../database/schema.js';

/** Which deliveries are listed. */
export interface DeliveryFilter {
  /** Undefined for those of everybody. */
  ownerId?: string | undefined;
  taskId?: string | undefined;
  state?: DeliveryRow['state'] | undefined;
  host?: string | undefined;
}

/** What was told to other systems, what was not, and why. */
@Injectable()
export class DeliveryLogStore {
  private readonly audit: AuditLog;

  constructor(@Inject(DATABASE) private readonly db: Database) {
    this.audit = new AuditLog(db);
  }

  /** The newest first, those older than the delivery `before`. */
  async list(filter: DeliveryFilter, limit: number, before?: string): Promise<DeliveryRow[]> {
    let query = this.db.selectFrom('deliveries').selectAll().orderBy('id', 'desc').limit(limit);
    if (filter.ownerId !== undefined) query = query.where('owner_id', '=', filter.ownerId);
    if (filter.taskId !== undefined) query = query.where('task_id', '=', filter.taskId);
    if (filter.state !== undefined) query = query.where('state', '=', filter.state);
    if (filter.host !== undefined) query = query.where('host', '=', filter.host);
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

  /** What went wrong at the last attempt of each, by its id; those without an error are left out. */
  async lastErrors(deliveries: readonly DeliveryRow[]): Promise<Map<string, string>> {
    const ids = deliveries.flatMap(({ id, attempts }) => (attempts > 0 ? [id] : []));
    if (ids.length === 0) return new Map();
    const rows = await this.db
      .selectFrom('delivery_attempts')
      .innerJoin('deliveries', (join) =>
        join
          .onRef('deliveries.id', '=', 'delivery_attempts.delivery_id')
          .onRef('deliveries.attempts', '=', 'delivery_attempts.attempt'),
      )
      .select(['delivery_attempts.delivery_id as id', 'delivery_attempts.error'])
      .where('delivery_attempts.delivery_id', 'in', ids)
      .execute();
    return new Map(rows.flatMap(({ id, error }) => (error === null ? [] : [[id, error]])));
  }

  /**
   * Makes it due once more, with the same id and bytes; undefined where it is pending already, or gone. `act` is written
   * down with it where an operator did it.
   */
  async redeliver(id: string, now = Date.now(), act?: Act): Promise<DeliveryRow | undefined> {
    return this.db.transaction().execute(async (transaction) => {
      const row = await transaction
        .updateTable('deliveries')
        .set({ state: 'pending', next_at: now, claimed_until: 0, delivered_at: null, failed_at: null })
        .where('id', '=', id)
        .where('state', '!=', 'pending')
        .returningAll()
        .executeTakeFirst();
      if (row !== undefined && act !== undefined) await this.audit.write(act, transaction);
      return row;
    });
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
