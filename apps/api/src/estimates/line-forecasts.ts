import { Injectable } from '@nestjs/common';
import { LinesService } from '../line/lines.service.js';
import { Pauses } from '../pauses/pauses.js';
import { LiveWorkers } from '../workers/live-workers.js';
import { Forecast, PLACES, type LineFigures, type Slot, type TypeTimes } from './forecast.js';
import type { TypeRecord } from './type-record.js';
import { TypeRecords } from './type-records.js';

/** While nothing happens the clock alone moves a forecast: a run that goes on for longer will take longer. */
const LASTS_MS = 1_000;
/** At most a twentieth of the time goes into forecasts, however busy the line is. */
const REST_PER_COST = 20;

interface Made {
  /** Undefined where none can be made. */
  forecast: Forecast | undefined;
  /** Milliseconds since 1970. */
  at: number;
  /** What it was made from. */
  key: string;
  costMs: number;
}

/** The forecast of each line as it is now, made when somebody asks and kept until something has changed. */
@Injectable()
export class LineForecasts {
  private readonly made = new Map<string, Made>();

  constructor(
    private readonly lines: LinesService,
    private readonly workers: LiveWorkers,
    private readonly records: TypeRecords,
    private readonly pauses: Pauses,
  ) {}

  /** Undefined where nobody works on the type at this moment, it is paused, or nothing of it has succeeded yet. */
  of(type: string): { forecast: Forecast; at: number } | undefined {
    if (this.pauses.isTypePaused(type)) return undefined;
    const key = `${this.workers.version} ${this.records.version}`;
    const last = this.made.get(type);
    const now = Date.now();
    const age = last === undefined ? Infinity : Math.abs(now - last.at);
    const stale =
      last === undefined || age >= LASTS_MS || (key !== last.key && age >= REST_PER_COST * last.costMs);
    const made = stale ? this.make(type, key, now) : last;
    return made.forecast && { forecast: made.forecast, at: made.at };
  }

  private make(type: string, key: string, at: number): Made {
    const begun = performance.now();
    const figures = this.figures(type);
    const forecast = figures && new Forecast(figures);
    const made = { forecast, at, key, costMs: performance.now() - begun };
    this.made.set(type, made);
    return made;
  }

  private figures(type: string): LineFigures | undefined {
    const record = this.records.of(type);
    const { times } = record;
    const workers = this.workers.of(type).filter(({ tap }) => tap === 'open');
    if (times === undefined || workers.length === 0) return undefined;
    const otherTypes = [...new Set(workers.flatMap(({ taskTypes }) => taskTypes))].filter(
      (other) => other !== type && this.lines.of(other).size > 0,
    );
    return {
      times,
      slots: workers.flatMap((worker) => this.slotsOf(worker, otherTypes, times)),
      others: otherTypes.map((other) => ({
        times: this.records.of(other).times ?? times,
        waiting: this.lines.of(other).size,
      })),
      overtaking: this.expectedNewcomers(record),
    };
  }

  private slotsOf(
    worker: ReturnType<LiveWorkers['all']>[number],
    otherTypes: readonly string[],
    unknown: TypeTimes,
  ): Slot[] {
    const others = otherTypes.flatMap((other, index) => (worker.taskTypes.includes(other) ? [index] : []));
    // News of a begin come by two ways; until the line has heard of it, the task has its place there.
    const running = this.workers
      .running(worker)
      .filter(({ taskId, taskType }) => !this.lines.of(taskType).has(taskId));
    return Array.from({ length: worker.concurrency }, (_, index) => {
      const task = running[index];
      if (task === undefined) return { running: null, others };
      const times = this.records.of(task.taskType).times ?? unknown;
      return { running: { times, elapsedMs: task.elapsedMs }, others };
    });
  }

  private expectedNewcomers(record: TypeRecord) {
    return record.overtaking.expected(PLACES);
  }
}
