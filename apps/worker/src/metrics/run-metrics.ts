import type { ComfyCall } from '@app/comfyui';
import type { FailureCode } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { Counter, Histogram, register } from 'prom-client';

/** Calls of an engine: a look takes milliseconds, a download or an upload of 20 MB seconds. */
const CALL_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** From a small network on a CPU to a large one that has to be loaded first. */
const RUN_BUCKETS = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600];

const NAMES = {
  runs: 'photo_repair_runs_total',
  seconds: 'photo_repair_run_seconds',
  calls: 'photo_repair_engine_request_seconds',
} as const;

/** Counts the runs of tasks at this worker, and times the calls of its engines. */
@Injectable()
export class RunMetrics {
  private readonly runs: Counter<'type' | 'outcome'>;
  private readonly seconds: Histogram<'type'>;
  private readonly calls: Histogram<'operation' | 'status'>;

  constructor() {
    for (const name of Object.values(NAMES)) register.removeSingleMetric(name);
    this.runs = new Counter({
      name: NAMES.runs,
      help: 'Runs of tasks that ended at this worker: succeeded, or the code of the failure.',
      labelNames: ['type', 'outcome'],
      registers: [register],
    });
    this.seconds = new Histogram({
      name: NAMES.seconds,
      help: 'From the beginning of a run that succeeded to its stored result.',
      labelNames: ['type'],
      buckets: RUN_BUCKETS,
      registers: [register],
    });
    this.calls = new Histogram({
      name: NAMES.calls,
      help: 'Calls of engines by their first word and status; no_answer where none came in time.',
      labelNames: ['operation', 'status'],
      buckets: CALL_BUCKETS,
      registers: [register],
    });
  }

  succeeded(type: string, seconds: number): void {
    this.runs.inc({ type, outcome: 'succeeded' });
    this.seconds.observe({ type }, seconds);
  }

  failed(type: string, code: FailureCode): void {
    this.runs.inc({ type, outcome: code });
  }

  called({ operation, status, seconds }: ComfyCall): void {
    this.calls.observe({ operation, status: String(status ?? 'no_answer') }, seconds);
  }
}
