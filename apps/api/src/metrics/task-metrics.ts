import { isFinalState, TASK_STATES, type TaskState } from '@app/contracts';
import type { Catalog } from '@app/workflow-catalog';
import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, register } from 'prom-client';
import type { TaskRow } from '../database/schema.js';
import { CATALOG } from '../task-types/catalog.token.js';
import type { StoredChange } from '../tasks/stored-change.js';
import { StateCounts } from './state-counts.js';

/** By which way a task came. */
const CHANNELS = ['http', 'amqp'] as const;
/** Seconds; from a cached picture to the waiting limit and well beyond. */
const BUCKETS = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 14_400, 86_400];

/** Counts what happens to tasks, as this API instance stores it. */
@Injectable()
export class TaskMetrics {
  private readonly submitted = counter(
    'photo_repair_tasks_submitted_total',
    'Tasks taken in: over HTTP, or as messages of other systems (the bridge to Redis sends such, too).',
    ['type', 'channel'],
  );
  private readonly finished = counter(
    'photo_repair_tasks_finished_total',
    'Tasks that reached a final state.',
    ['type', 'outcome'],
  );
  private readonly lastFinished = new Gauge({
    name: 'photo_repair_task_last_finished_timestamp_seconds',
    help: 'When a task reached a final state last; absent until one does after the start.',
    labelNames: ['type', 'outcome'],
    registers: [register],
  });
  private readonly failedAttempts = counter(
    'photo_repair_task_attempts_failed_total',
    'Attempts that failed, by reason.',
    ['type', 'reason'],
  );
  private readonly dispatch = histogram(
    'photo_repair_task_dispatch_seconds',
    'From joining the line to being handed to RabbitMQ.',
  );
  private readonly wait = histogram(
    'photo_repair_task_wait_seconds',
    'From being queued to the start of an attempt.',
  );
  private readonly processing = histogram(
    'photo_repair_task_processing_seconds',
    'From the start of the last attempt to its success.',
  );
  private readonly total = histogram(
    'photo_repair_task_total_seconds',
    'From being taken in to the success, all attempts and waits included.',
  );

  constructor(
    private readonly counts: StateCounts,
    @Inject(CATALOG) catalog: Catalog,
  ) {
    for (const { view } of catalog.types()) this.beginAtZero(view.type);
    catalog.onChange(({ added }) => added.forEach((type) => this.beginAtZero(type)));
  }

  /** A step was stored here. */
  stored({ row, from, entry, change }: StoredChange): void {
    const { type } = row;
    this.counts.moved(type, from, row.state);
    if (from === null) this.submitted.inc({ type, channel: row.fingerprint === null ? 'http' : 'amqp' });
    if (entry.step === 'dispatched') this.dispatch.observe({ type }, seconds(row.queued_at, entry.at));
    if (entry.step === 'started') this.wait.observe({ type }, seconds(row.queued_at, entry.at));
    if (change?.kind === 'retrying' || change?.kind === 'failed') {
      this.failedAttempts.inc({ type, reason: change.failure.code });
    }
    if (entry.step === 'succeeded') {
      this.processing.observe({ type }, seconds(row.started_at, row.finished_at));
      if (row.again === 0) this.total.observe({ type }, seconds(row.created_at, row.finished_at));
    }
    if (isFinalState(row.state) && !wasFinal(from)) {
      this.finished.inc({ type, outcome: row.state });
      this.lastFinished.set({ type, outcome: row.state }, entry.at / 1000);
    }
  }

  /** A task is here that has ended elsewhere. */
  imported({ type, state }: TaskRow): void {
    this.counts.moved(type, null, state);
  }

  /** The task and its row are gone. */
  erased({ type, state }: TaskRow): void {
    this.counts.moved(type, state, null);
  }

  /** A counter that is absent until its first event loses that event in Prometheus' `rate`. */
  private beginAtZero(type: string): void {
    for (const channel of CHANNELS) this.submitted.inc({ type, channel }, 0);
    for (const outcome of TASK_STATES.filter(isFinalState)) this.finished.inc({ type, outcome }, 0);
  }
}

function wasFinal(state: TaskState | null): boolean {
  return state !== null && isFinalState(state);
}

function seconds(fromMs: number | null, toMs: number | null): number {
  return fromMs === null || toMs === null ? 0 : Math.max(0, toMs - fromMs) / 1000;
}

function counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
  return new Counter({ name, help, labelNames, registers: [register] });
}

function histogram(name: string, help: string): Histogram<'type'> {
  return new Histogram({ name, help, labelNames: ['type'], buckets: BUCKETS, registers: [register] });
}
