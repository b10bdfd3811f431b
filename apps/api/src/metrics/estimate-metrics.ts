import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, register } from 'prom-client';

/** What became of the first range that a task was given; the same as `Verdict` of the estimates. */
type Outcome = 'inside' | 'early' | 'late';

/** The share inside is that of so many tasks. */
const WINDOW = 200;
/** Around 1, where the task ended in the middle of its range. */
const BUCKETS = [0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 4];

/** How true the first estimate of each task was, as far as this API instance stored its end. */
@Injectable()
export class EstimateMetrics {
  private readonly latest = new Map<string, boolean[]>();
  private readonly total = new Counter({
    name: 'photo_repair_estimates_total',
    help: 'Succeeded tasks by where their end lay to the first range given: inside, early, late; none was given.',
    labelNames: ['type', 'outcome'],
    registers: [register],
  });
  private readonly ratio = new Histogram({
    name: 'photo_repair_estimate_error_ratio',
    help: 'Time that a task took in all, divided by that to the middle of the first range given.',
    labelNames: ['type'],
    buckets: BUCKETS,
    registers: [register],
  });
  private readonly inside = new Gauge({
    name: 'photo_repair_estimate_inside_ratio',
    help: 'Share of the last 200 tasks that ended within the first range given; 0.8 is aimed at.',
    labelNames: ['type'],
    registers: [register],
  });

  /** `ratio`: the time that it took, divided by that to the middle of the range. */
  judged(type: string, outcome: Outcome, ratio: number): void {
    this.total.inc({ type, outcome });
    this.ratio.observe({ type }, ratio);
    this.remembered(type, outcome);
  }

  /** The task ended before this process started. */
  remembered(type: string, outcome: Outcome): void {
    const latest = this.latest.get(type) ?? [];
    this.latest.set(type, latest);
    latest.push(outcome === 'inside');
    if (latest.length > WINDOW) latest.shift();
    this.inside.set({ type }, latest.filter(Boolean).length / latest.length);
  }

  /** A task succeeded that was given no range when it joined the line. */
  none(type: string): void {
    this.total.inc({ type, outcome: 'none' });
  }
}
