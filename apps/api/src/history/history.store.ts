import type { Percentiles } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { idAt } from './id-at.js';
import { percentilesOf } from './percentiles.js';

/** Percentiles are those of so many tasks of a type, the last ones of the span. */
const SAMPLES = 1_000;

/** From then on and before then, in epoch milliseconds. */
export interface Span {
  from: number;
  to: number;
  /** Of these types. */
  types: readonly string[];
  /** Which are all that there are. */
  all: boolean;
}

/** What happened within a span. */
export interface SpanFigures {
  submitted: number;
  succeeded: number;
  failed: number;
  /** Of those that succeeded. */
  wait: Percentiles | null;
  run: Percentiles | null;
}

/** What became of tasks, by when they came or ended: each query walks a short way along an index. */
@Injectable()
export class HistoryStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  async figures(span: Span): Promise<SpanFigures> {
    const [submitted, ended, times] = [
      await this.submitted(span),
      await this.ended(span),
      await this.times(span),
    ];
    return {
      submitted,
      succeeded: ended.get('succeeded') ?? 0,
      failed: ended.get('failed') ?? 0,
      wait: percentilesOf(times.map(({ waitMs }) => waitMs)),
      run: percentilesOf(times.map(({ runMs }) => runMs)),
    };
  }

  /** How many have failed with each code, without those that an operator has discarded. */
  async failures({ from, to, types }: Span): Promise<{ code: string; count: number; first: number }[]> {
    if (types.length === 0) return [];
    const rows = await this.db
      .selectFrom('tasks')
      .select((eb) => [
        'failure_code',
        eb.fn.countAll<number>().as('count'),
        eb.fn.min<number>('finished_at').as('first'),
      ])
      .where('type', 'in', [...types])
      .where('state', '=', 'failed')
      .where('discarded_at', 'is', null)
      .where('finished_at', '>=', from)
      .where('finished_at', '<', to)
      .groupBy('failure_code')
      .execute();
    return rows.map(({ failure_code: code, count, first }) => ({ code: code ?? 'unknown', count, first }));
  }

  /** An id tells when a task was taken in. */
  private async submitted({ from, to, types, all }: Span): Promise<number> {
    const query = this.db
      .selectFrom('tasks')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('id', '>=', idAt(from))
      .where('id', '<', idAt(to));
    // As an expression, so that no index of the type tempts the planner to walk through all of it.
    const wanted = all ? query : query.where(sql`coalesce(type, '')`, 'in', [...types]);
    const { count } = await wanted.executeTakeFirstOrThrow();
    return count;
  }

  private async ended({ from, to, types }: Span): Promise<Map<string, number>> {
    if (types.length === 0) return new Map();
    const rows = await this.db
      .selectFrom('tasks')
      .select((eb) => ['state' as const, eb.fn.countAll<number>().as('count')])
      .where('type', 'in', [...types])
      .where('state', 'in', ['succeeded', 'failed'])
      .where('finished_at', '>=', from)
      .where('finished_at', '<', to)
      .groupBy('state')
      .execute();
    return new Map(rows.map(({ state, count }) => [state, count]));
  }

  private async times({ from, to, types }: Span): Promise<{ waitMs: number; runMs: number }[]> {
    const times: { waitMs: number; runMs: number }[] = [];
    for (const type of types) {
      const rows = await this.db
        .selectFrom('tasks')
        .select(['queued_at', 'started_at', 'finished_at'])
        .where('type', '=', type)
        .where('state', '=', 'succeeded')
        .where('finished_at', '>=', from)
        .where('finished_at', '<', to)
        .orderBy('finished_at', 'desc')
        .limit(SAMPLES)
        .execute();
      for (const { queued_at: queued, started_at: started, finished_at: finished } of rows) {
        if (started === null || finished === null) continue;
        // The clocks of two machines need not agree.
        times.push({ waitMs: Math.max(0, started - queued), runMs: Math.max(0, finished - started) });
      }
    }
    return times;
  }
}
