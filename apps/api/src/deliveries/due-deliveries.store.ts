import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { DATABASE } from '../database/database.module.js';
import { isPostgres } from '../database/dialect.js';
import type { Database, DeliveryAttemptRow, DeliveryRow, Transaction } from '../database/schema.js';
import type { Lane } from './places.js';

/** Any number will do that nobody else in this database locks by: instances that claim wait for each other. */
const CLAIM_LOCK = 0x64_65_6c_76;
/** What is under way stands at the front of its lane; so many rows show all of it. */
const FRONT = 64;

/** One attempt, as the log shows it. */
export type AttemptNote = Omit<DeliveryAttemptRow, 'delivery_id' | 'attempt'>;

/** What becomes of a delivery after an attempt. */
export type AfterAttempt = { state: 'delivered' | 'failed' } | { state: 'pending'; nextAt: number };

/** Which deliveries are due, who tries them, and what came of it. */
@Injectable()
export class DueDeliveriesStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** Where something is pending, due or not, in the order of the hosts. */
  async lanes(): Promise<Lane[]> {
    const lanes: Lane[] = [];
    for (;;) {
      const query = this.db
        .selectFrom('deliveries')
        .select(['channel', 'host'])
        .where('state', '=', 'pending')
        .orderBy('host')
        .limit(1);
      const last = lanes.at(-1);
      const next = last === undefined ? query : query.where('host', '>', last.host);
      const lane = await next.executeTakeFirst();
      if (lane === undefined) return lanes;
      lanes.push(lane);
    }
  }

  /**
   * Takes due deliveries of a lane, the longest due first; nobody else takes them until `until`.
   * @param free how many, told how many are under way there already.
   */
  async claim(
    { host }: Lane,
    free: (busy: number) => number,
    { now, until }: { now: number; until: number },
  ): Promise<DeliveryRow[]> {
    return this.db.transaction().execute(async (transaction) => {
      if (isPostgres(this.db)) {
        await sql`select pg_advisory_xact_lock(${sql.lit(CLAIM_LOCK)})`.execute(transaction);
      }
      const front = await transaction
        .selectFrom('deliveries')
        .select(['id', 'claimed_until'])
        .where('state', '=', 'pending')
        .where('host', '=', host)
        .where('next_at', '<=', now)
        .orderBy('next_at')
        .orderBy('id')
        .limit(FRONT)
        .execute();
      const waiting = front.filter((row) => row.claimed_until <= now);
      const count = Math.min(waiting.length, free(front.length - waiting.length));
      if (count === 0) return [];
      const rows = await transaction
        .updateTable('deliveries')
        .set({ claimed_until: until })
        .where(
          'id',
          'in',
          waiting.slice(0, count).map(({ id }) => id),
        )
        .where('state', '=', 'pending')
        .returningAll()
        .execute();
      return rows.toSorted((a, b) => (a.next_at ?? 0) - (b.next_at ?? 0));
    });
  }

  /**
   * Writes an attempt and what follows from it down, both or neither. False where the delivery is gone, or somebody else
   * has it because this attempt took longer than its claim.
   */
  async settle(row: DeliveryRow, note: AttemptNote, after: AfterAttempt): Promise<boolean> {
    const attempts = row.attempts + 1;
    return this.db.transaction().execute(async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable('deliveries')
        .set({
          state: after.state,
          attempts,
          next_at: after.state === 'pending' ? after.nextAt : null,
          claimed_until: 0,
          delivered_at: after.state === 'delivered' ? note.at + note.duration_ms : null,
          failed_at: after.state === 'failed' ? note.at + note.duration_ms : null,
        })
        .where('id', '=', row.id)
        .where('claimed_until', '=', row.claimed_until)
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) return false;
      await writeDown(transaction, row.id, attempts, note);
      return true;
    });
  }

  /** Nothing was tried, or nothing that counts. */
  async putOff({ id, claimed_until: claim }: DeliveryRow, nextAt: number): Promise<void> {
    await this.db
      .updateTable('deliveries')
      .set({ next_at: nextAt, claimed_until: 0 })
      .where('id', '=', id)
      .where('claimed_until', '=', claim)
      .execute();
  }

  /**
   * The receiver wants nothing more at this address (410): what else waits for it from the same owner has failed, and an
   * owner's webhook that is this address is switched off. What is under way hears it for itself.
   */
  async close({ owner_id: ownerId, target }: DeliveryRow, note: AttemptNote): Promise<void> {
    await this.db.transaction().execute(async (transaction) => {
      await transaction
        .updateTable('owners')
        .set({ webhook_url: null })
        .where('id', '=', ownerId)
        .where('webhook_url', '=', target)
        .execute();
      const closed = await transaction
        .updateTable('deliveries')
        .set((eb) => ({
          state: 'failed',
          next_at: null,
          failed_at: note.at,
          attempts: eb('attempts', '+', 1),
        }))
        .where('owner_id', '=', ownerId)
        .where('channel', '=', 'webhook')
        .where('target', '=', target)
        .where('state', '=', 'pending')
        .where('claimed_until', '<=', note.at)
        .returning(['id', 'attempts'])
        .execute();
      for (const { id, attempts } of closed) await writeDown(transaction, id, attempts, note);
    });
  }

  /** Only where no other process uses the database: what an earlier one had taken may be tried at once. */
  async releaseAll(): Promise<void> {
    await this.db
      .updateTable('deliveries')
      .set({ claimed_until: 0 })
      .where('state', '=', 'pending')
      .where('claimed_until', '>', 0)
      .execute();
  }
}

async function writeDown(
  transaction: Transaction,
  deliveryId: string,
  attempt: number,
  note: AttemptNote,
): Promise<void> {
  await transaction
    .insertInto('delivery_attempts')
    .values({ ...note, delivery_id: deliveryId, attempt })
    .execute();
}
