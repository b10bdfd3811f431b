import { Injectable } from '@nestjs/common';
import type { TaskRow } from '../database/schema.js';
import { EstimateMetrics } from '../metrics/estimate-metrics.js';
import { Calibration, judge, type Verdict } from './calibration.js';
import type { FinishedTask } from './finished-tasks.store.js';
import { FirstEstimates } from './first-estimates.js';
import type { Spread } from './forecast.js';
import type { TimeRange } from './time-range.js';

/** How true estimates are: judges the first one of each task by its end, counts that, and learns from it. */
@Injectable()
export class EstimateTruth {
  private readonly calibrations = new Map<string, Calibration>();

  constructor(
    private readonly first: FirstEstimates,
    private readonly metrics: EstimateMetrics,
  ) {}

  /** The range to be shown, in milliseconds from now. */
  range(type: string, spread: Spread): TimeRange {
    return this.calibration(type).range(spread);
  }

  /** The first range that a task is given. */
  promised(row: TaskRow, range: TimeRange): void {
    this.first.keep(row.id, range);
  }

  /** It has succeeded. A range given before a task failed says nothing about its second life. */
  succeeded(row: TaskRow): void {
    if (row.again > 0) return;
    const judged = this.judge(row.type, row);
    if (judged) this.metrics.judged(row.type, judged.verdict, judged.ratio);
    else this.metrics.none(row.type);
  }

  /** It had ended before this process started. */
  loaded(type: string, task: FinishedTask): void {
    if (task.state !== 'succeeded' || task.again > 0) return;
    const judged = this.judge(type, task);
    if (judged) this.metrics.remembered(type, judged.verdict);
  }

  private judge(type: string, task: FinishedTask): { verdict: Verdict; ratio: number } | undefined {
    const { finished_at: endedAt, created_at: promisedAt } = task;
    const range = this.first.of(task);
    if (endedAt === null || range === undefined) return undefined;
    const verdict = judge(range, endedAt);
    this.calibration(type).judged(verdict, promisedAt, endedAt);
    const expectedMs = Math.max(1, (range.from + range.to) / 2 - promisedAt);
    return { verdict, ratio: Math.max(0, endedAt - promisedAt) / expectedMs };
  }

  private calibration(type: string): Calibration {
    const calibration = this.calibrations.get(type) ?? new Calibration();
    this.calibrations.set(type, calibration);
    return calibration;
  }
}
