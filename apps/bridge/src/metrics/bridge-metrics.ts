import { Injectable } from '@nestjs/common';
import { Counter, Gauge, register } from 'prom-client';
import { EntryGroup } from '../entries/entry-group.js';

/** What became of an entry that was read. */
export const ENTRY_OUTCOMES = ['published', 'refused'] as const;
/** What became of a task. */
export const ANSWER_OUTCOMES = ['succeeded', 'failed', 'cancelled', 'expired', 'refused'] as const;

/** Counts what passes the bridge, and looks at what waits in it when it is asked. */
@Injectable()
export class BridgeMetrics {
  private readonly entries = new Counter({
    name: 'photo_repair_bridge_entries_total',
    help: 'Entries of the Redis stream that were handed on or refused.',
    labelNames: ['outcome'],
    registers: [register],
  });
  private readonly answers = new Counter({
    name: 'photo_repair_bridge_answers_total',
    help: 'Outcomes of tasks that were told in Redis, each counted once.',
    labelNames: ['outcome'],
    registers: [register],
  });
  private readonly redisUp: Gauge;
  private readonly pending: Gauge;
  private readonly oldest: Gauge;

  constructor(group: EntryGroup) {
    for (const outcome of ENTRY_OUTCOMES) this.entries.inc({ outcome }, 0);
    for (const outcome of ANSWER_OUTCOMES) this.answers.inc({ outcome }, 0);
    this.redisUp = new Gauge({
      name: 'photo_repair_bridge_redis_up',
      help: 'Whether Redis told what is pending when Prometheus scraped.',
      registers: [register],
    });
    this.oldest = new Gauge({
      name: 'photo_repair_bridge_oldest_idle_seconds',
      help: 'Since the pending entry that was left alone for longest was touched; NaN while Redis is away.',
      registers: [register],
    });
    this.pending = new Gauge({
      name: 'photo_repair_bridge_entries_pending',
      help: 'Entries that were read and are not acknowledged, all bridges together; NaN while Redis is away.',
      registers: [register],
      collect: () => this.look(group),
    });
  }

  entry(outcome: (typeof ENTRY_OUTCOMES)[number]): void {
    this.entries.inc({ outcome });
  }

  answer(outcome: (typeof ANSWER_OUTCOMES)[number]): void {
    this.answers.inc({ outcome });
  }

  private async look(group: EntryGroup): Promise<void> {
    // A scrape has to get the other metrics also without Redis; why it is away is in the log and on /readyz.
    const backlog = await group.backlog().catch(() => undefined);
    this.redisUp.set(backlog ? 1 : 0);
    const { pending, oldestIdleMs } = backlog ?? { pending: Number.NaN, oldestIdleMs: Number.NaN };
    this.pending.set(pending);
    this.oldest.set(oldestIdleMs / 1000);
  }
}
