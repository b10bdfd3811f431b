import { Counter, Gauge, register } from 'prom-client';

const NAMES = {
  succeeded: 'photo_repair_periodic_work_last_success_timestamp_seconds',
  interval: 'photo_repair_periodic_work_interval_seconds',
  failed: 'photo_repair_periodic_work_failures_total',
} as const;

type Work = 'work';

/** What is done again and again (expiry, retention, erasure, …): when it was done last, as this API instance did it. */
export class PeriodicMetrics {
  private readonly lastSuccess: Gauge<Work>;
  private readonly failures: Counter<Work>;

  /** `work` is a name of our own, `everyMs` the time from the end of one to the beginning of the next. */
  constructor(
    private readonly work: string,
    everyMs: number,
  ) {
    const gauge = (name: string, help: string) =>
      (register.getSingleMetric(name) as Gauge<Work> | undefined) ??
      new Gauge({ name, help, labelNames: ['work'], registers: [register] });
    this.lastSuccess = gauge(
      NAMES.succeeded,
      'When it was done last; before the first time, when this began.',
    );
    this.failures =
      (register.getSingleMetric(NAMES.failed) as Counter<Work> | undefined) ??
      new Counter({
        name: NAMES.failed,
        help: 'Times that it could not be done.',
        labelNames: ['work'],
        registers: [register],
      });
    gauge(NAMES.interval, 'How long it rests between two times.').set({ work }, everyMs / 1000);
    this.failures.inc({ work }, 0);
    this.succeeded();
  }

  succeeded(): void {
    this.lastSuccess.set({ work: this.work }, Date.now() / 1000);
  }

  failed(): void {
    this.failures.inc({ work: this.work });
  }
}
