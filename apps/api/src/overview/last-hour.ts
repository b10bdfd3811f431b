import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { HistoryStore, type SpanFigures } from '../history/history.store.js';

const HOUR_MS = 3_600_000;
/** Figures of an hour do not move much in so long, and a page may ask every few seconds. */
const KEPT_MS = 3_000;
const MOST_TYPES = 1_000;

/** What happened within the last hour, of one type or of all. */
@Injectable()
export class LastHour {
  private readonly kept = new LRUCache<string, SpanFigures>({
    max: MOST_TYPES,
    ttl: KEPT_MS,
    fetchMethod: (type) => this.store.figures({ ...spanOf(), types: [type], all: false }),
  });

  constructor(private readonly store: HistoryStore) {}

  async of(type: string): Promise<SpanFigures> {
    return this.kept.forceFetch(type);
  }

  /** How many of these types have failed with each code. */
  async failures(types: readonly string[]): Promise<{ code: string; count: number; first: number }[]> {
    return this.store.failures({ ...spanOf(), types, all: false });
  }
}

function spanOf(): { from: number; to: number } {
  const now = Date.now();
  return { from: now - HOUR_MS, to: now + 1 };
}
