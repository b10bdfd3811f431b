import { Injectable } from '@nestjs/common';
import { Estimates } from '../estimates/estimates.js';
import { LinesService } from '../line/lines.service.js';
import { OldestWaitingStore } from '../metrics/oldest-waiting.store.js';
import { StateCounts } from '../metrics/state-counts.js';

/** How it stands with those who wait for one type. */
export interface Waiting {
  waiting: number;
  in_line: number;
  running: number;
  oldest_waiting_since: string | null;
  estimate_s: { from: number; to: number } | null;
}

/** Who waits, since when, and for how long a newcomer would. */
@Injectable()
export class WaitingFigures {
  constructor(
    private readonly counts: StateCounts,
    private readonly oldest: OldestWaitingStore,
    private readonly estimates: Estimates,
    private readonly lines: LinesService,
  ) {}

  /** Types that there is a task of. */
  get types(): string[] {
    return this.counts.types;
  }

  async of(type: string): Promise<Waiting> {
    const waiting = this.counts.of(type, 'queued');
    const since = waiting === 0 ? undefined : await this.oldest.since(type);
    const now = Date.now();
    const end = this.estimates.ofNewcomer(type);
    return {
      waiting,
      in_line: this.lines.of(type).size,
      running: this.counts.of(type, 'running'),
      oldest_waiting_since: since === undefined ? null : new Date(since).toISOString(),
      estimate_s: end && { from: toSeconds(end.from - now), to: toSeconds(end.to - now) },
    };
  }

  /** Photos that stand in line and that RabbitMQ has not got. */
  get held(): number {
    return this.lines.types.reduce((sum, type) => sum + this.lines.of(type).heldCount, 0);
  }
}

function toSeconds(ms: number): number {
  return Math.max(0, Math.round(ms / 1000));
}
