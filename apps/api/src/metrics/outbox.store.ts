import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { orderedAt } from '../line/broker-order.js';

/** Tasks that were handed over to RabbitMQ and that it has not confirmed. */
@Injectable()
export class OutboxStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** How many, and since when the one that waits longest does (epoch milliseconds; null where none does). */
  async pending(): Promise<{ count: number; since: number | null }> {
    const { count, first } = await this.db
      .selectFrom('tasks')
      .select((eb) => [
        eb.fn.countAll<number>().as('count'),
        eb.fn.min<number | null>('dispatched').as('first'),
      ])
      // In the words of a partial index.
      .where('claimed_until', '>', sql.lit(0))
      .where('state', '=', 'queued')
      .executeTakeFirstOrThrow();
    return { count, since: first === null ? null : orderedAt(first) };
  }
}
