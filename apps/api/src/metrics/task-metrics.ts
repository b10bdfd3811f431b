import type { TaskEvent } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { InjectMetric, makeCounterProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import type { Counter, Histogram } from 'prom-client';
import type { TaskRow } from '../database/schema.js';

/** Seconds; from a cached picture to the waiting limit and well beyond. */
const BUCKETS = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800];

const SUBMITTED = 'photo_repair_tasks_submitted_total';
const FINISHED = 'photo_repair_tasks_finished_total';
const WAIT = 'photo_repair_task_wait_seconds';
const PROCESSING = 'photo_repair_task_processing_seconds';
const ATTEMPTS = 'photo_repair_task_attempts_failed_total';

/** Declares the metrics that `TaskMetrics` writes. */
export const taskMetricProviders = [
  makeCounterProvider({ name: SUBMITTED, help: 'Tasks taken in.', labelNames: ['type'] }),
  makeCounterProvider({
    name: FINISHED,
    help: 'Tasks that reached a final state.',
    labelNames: ['type', 'outcome'],
  }),
  makeCounterProvider({
    name: ATTEMPTS,
    help: 'Attempts that failed, by reason.',
    labelNames: ['type', 'reason'],
  }),
  makeHistogramProvider({
    name: WAIT,
    help: 'From being queued to the start of an attempt.',
    labelNames: ['type'],
    buckets: BUCKETS,
  }),
  makeHistogramProvider({
    name: PROCESSING,
    help: 'From the start of the last attempt to its success.',
    labelNames: ['type'],
    buckets: BUCKETS,
  }),
];

/** Counts what happens to tasks, as this API instance stores it. */
@Injectable()
export class TaskMetrics {
  constructor(
    @InjectMetric(SUBMITTED) private readonly submittedTotal: Counter<'type'>,
    @InjectMetric(FINISHED) private readonly finishedTotal: Counter<'type' | 'outcome'>,
    @InjectMetric(ATTEMPTS) private readonly failedAttempts: Counter<'type' | 'reason'>,
    @InjectMetric(WAIT) private readonly wait: Histogram<'type'>,
    @InjectMetric(PROCESSING) private readonly processing: Histogram<'type'>,
  ) {}

  submitted(type: string): void {
    this.submittedTotal.inc({ type });
  }

  /** `row` is the task after `event` was applied. */
  changed(row: TaskRow, event: TaskEvent): void {
    const { type } = row;
    if (event.kind === 'started') this.wait.observe({ type }, seconds(row.queued_at, row.started_at));
    if (event.kind === 'retrying' || event.kind === 'failed') {
      this.failedAttempts.inc({ type, reason: event.failure.code });
    }
    if (event.kind === 'succeeded')
      this.processing.observe({ type }, seconds(row.started_at, row.finished_at));
    if (row.finished_at !== null) this.finishedTotal.inc({ type, outcome: row.state });
  }
}

function seconds(fromMs: number | null, toMs: number | null): number {
  return fromMs === null || toMs === null ? 0 : Math.max(0, toMs - fromMs) / 1000;
}
