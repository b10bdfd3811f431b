import type { FailureCode, FailureGroupView } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { toIso } from '../access/iso-time.js';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';

/** So many of each are named. */
const SAMPLES = 4;

/** Which failures: of tasks of this type, that failed from `from` on and before `to` (epoch milliseconds). */
export interface FailureSpan {
  type?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
}

/** Tasks that failed and that no operator has discarded, by their code. Read from one index, which holds no others. */
@Injectable()
export class FailuresStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** The most frequent ones first. */
  async groups(span: FailureSpan): Promise<FailureGroupView[]> {
    const rows = await this.failed(span)
      .select((eb) => [
        'failure_code as code',
        'type',
        eb.fn.countAll<number>().as('count'),
        eb.fn.min<number>('finished_at').as('first'),
        eb.fn.max<number>('finished_at').as('last'),
      ])
      .groupBy(['failure_code', 'type'])
      .orderBy('failure_code')
      .orderBy('type')
      .execute();
    const byCode = new Map<FailureCode, typeof rows>();
    for (const row of rows) {
      const code = row.code ?? 'unknown';
      byCode.set(code, [...(byCode.get(code) ?? []), row]);
    }
    const groups = await Promise.all(
      [...byCode].map(async ([code, ofCode]) => ({
        code,
        count: ofCode.reduce((sum, { count }) => sum + count, 0),
        types: ofCode.map(({ type }) => type),
        first_at: toIso(Math.min(...ofCode.map(({ first }) => first))),
        last_at: toIso(Math.max(...ofCode.map(({ last }) => last))),
        sample_ids: await this.newest(span, code),
      })),
    );
    return groups.toSorted((a, b) => b.count - a.count);
  }

  private async newest(span: FailureSpan, code: FailureCode): Promise<string[]> {
    const rows = await this.failed(span)
      .select('id')
      .where('failure_code', '=', code)
      .orderBy('finished_at', 'desc')
      .limit(SAMPLES)
      .execute();
    return rows.map(({ id }) => id);
  }

  private failed({ type, from, to }: FailureSpan) {
    let query = this.db
      .selectFrom('tasks')
      // In the words of a partial index.
      .where('state', '=', sql.lit('failed' as const))
      .where('discarded_at', 'is', null)
      .where('failure_code', 'is not', null);
    if (type !== undefined) query = query.where('type', '=', type);
    if (from !== undefined) query = query.where('finished_at', '>=', from);
    if (to !== undefined) query = query.where('finished_at', '<', to);
    return query;
  }
}
