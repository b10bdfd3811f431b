import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import type { HostTrouble } from './causes/situation.js';

/** Outcomes that do not arrive, read from indexes that hold no others. */
@Injectable()
export class TroubledDeliveriesStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** How many wait, and how many were given up from `from` on (epoch milliseconds). */
  async counts(from: number): Promise<{ pending: number; failed: number }> {
    const { pending } = await this.db
      .selectFrom('deliveries')
      .select((eb) => eb.fn.countAll<number>().as('pending'))
      .where('state', '=', 'pending')
      .executeTakeFirstOrThrow();
    const { failed } = await this.db
      .selectFrom('deliveries')
      .select((eb) => eb.fn.countAll<number>().as('failed'))
      .where('failed_at', '>=', from)
      .executeTakeFirstOrThrow();
    return { pending, failed };
  }

  /** Hosts where something was given up from `from` on, or waits after two attempts or more; in the order of their names. */
  async hosts(from: number): Promise<HostTrouble[]> {
    const waiting = await this.db
      .selectFrom('deliveries')
      .select((eb) => [
        'host',
        eb.fn.countAll<number>().as('count'),
        eb.fn.min<number>('created_at').as('since'),
      ])
      // In the words of a partial index.
      .where('state', '=', sql.lit('pending' as const))
      .where('attempts', '>', sql.lit(1))
      .groupBy('host')
      .execute();
    const failed = await this.db
      .selectFrom('deliveries')
      .select((eb) => [
        'host',
        eb.fn.countAll<number>().as('count'),
        eb.fn.min<number>('failed_at').as('since'),
      ])
      .where('failed_at', '>=', from)
      .groupBy('host')
      .execute();
    const hosts = [...new Set([...waiting, ...failed].map(({ host }) => host))].toSorted();
    return hosts.map((host) => {
      const [waits, fails] = [waiting, failed].map((rows) => rows.find((row) => row.host === host));
      const since = [waits, fails].flatMap((row) => row?.since ?? []);
      return {
        host,
        waiting: waits?.count ?? 0,
        failed: fails?.count ?? 0,
        since: since.length === 0 ? null : Math.min(...since),
      };
    });
  }
}
