import type { HistoryPoint, HistoryView } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { setImmediate as breath } from 'node:timers/promises';
import { StateCounts } from '../metrics/state-counts.js';
import { historySteps } from './history-steps.js';
import { HistoryStore, type Span, type SpanFigures } from './history.store.js';

/** A step of which nothing more is told soon: workers tell of an outcome within seconds, after an outage within minutes. */
const SETTLED_MS = 120_000;
const KEPT_MS = 300_000;
/** The steps of a week and a day, of every type of a large installation. */
const KEPT = 5_000;

/** What happened lately, step by step. What is over is read once in five minutes, however many look at it. */
@Injectable()
export class History {
  private readonly over = new LRUCache<string, SpanFigures, Span>({
    max: KEPT,
    ttl: KEPT_MS,
    fetchMethod: (_key, _stale, { context: span }) => this.store.figures(span),
  });

  constructor(
    private readonly store: HistoryStore,
    private readonly counts: StateCounts,
  ) {}

  /** The last `hours`, of one type or of all. */
  async of(hours: number, type: string | undefined, now = Date.now()): Promise<HistoryView> {
    const { stepS, begins } = historySteps(hours, now);
    const types = type === undefined ? this.counts.types : [type];
    const points: HistoryPoint[] = [];
    for (const from of begins) {
      const span: Span = { from, to: from + stepS * 1000, types, all: type === undefined };
      points.push(toPoint(from, await this.figures(span, now)));
      await breath();
    }
    return { step_s: stepS, points };
  }

  private async figures(span: Span, now: number): Promise<SpanFigures> {
    if (span.to > now - SETTLED_MS) return this.store.figures(span);
    return this.over.forceFetch(JSON.stringify(span), { context: span });
  }
}

function toPoint(at: number, { wait, run, ...counts }: SpanFigures): HistoryPoint {
  return {
    at: new Date(at).toISOString(),
    ...counts,
    wait_p50_s: wait?.p50 ?? null,
    wait_p95_s: wait?.p95 ?? null,
    run_p50_s: run?.p50 ?? null,
    run_p95_s: run?.p95 ?? null,
  };
}
