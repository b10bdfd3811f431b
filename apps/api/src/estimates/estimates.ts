import type { TaskEstimate } from '@app/contracts';
import type { Catalog } from '@app/workflow-catalog';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { TaskRow } from '../database/schema.js';
import { LinesService } from '../line/lines.service.js';
import { CATALOG } from '../task-types/catalog.token.js';
import type { StoredChange } from '../tasks/stored-change.js';
import { EstimateTruth } from './estimate-truth.js';
import { FinishedTasksStore } from './finished-tasks.store.js';
import { remaining } from './forecast.js';
import { LineForecasts } from './line-forecasts.js';
import { shownRange, type TimeRange } from './time-range.js';
import { TypeRecords } from './type-records.js';

/** So many of the last ended tasks of a type are read at start. */
const LOADED = 200;

/** When tasks will probably have ended. */
@Injectable()
export class Estimates implements OnModuleInit {
  constructor(
    private readonly records: TypeRecords,
    private readonly forecasts: LineForecasts,
    private readonly finished: FinishedTasksStore,
    private readonly truth: EstimateTruth,
    private readonly lines: LinesService,
    @Inject(CATALOG) private readonly catalog: Catalog,
  ) {}

  async onModuleInit(): Promise<void> {
    for (const { view } of this.catalog.types()) {
      for (const task of await this.finished.latest(view.type, LOADED)) {
        this.records.loaded(view.type, task);
        this.truth.loaded(view.type, task);
      }
    }
  }

  /**
   * When it will have ended: of a task that stands in line at `place`, or of one that runs. Null where nothing of its type
   * has succeeded yet, nobody works on the type at this moment, or the task does not stand in line. No I/O.
   */
  of(row: TaskRow, place: number | null): TaskEstimate | null {
    const range = row.state === 'running' ? this.rangeOfRunning(row) : this.rangeAt(row.type, place);
    return range && { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() };
  }

  /** When a photo that joined the line at this moment would have ended; null as in `of`. Milliseconds since 1970. */
  ofNewcomer(type: string): TimeRange | null {
    return this.rangeAt(type, this.lines.of(type).size + 1);
  }

  /** A step was stored here. Call it after the line has moved. */
  stored(change: StoredChange): void {
    const { row, entry, from } = change;
    const line = this.lines.of(row.type);
    switch (entry.step) {
      case 'submitted':
        this.joined(row.id, row.type);
        this.promise(row);
        return;
      case 'retried':
      case 'redriven':
        this.joined(row.id, row.type);
        return;
      case 'started':
        this.records.started(change, line.size);
        return;
      case 'succeeded':
      case 'failed':
      case 'retrying':
        if (from === 'running') this.records.ended(change, line.size > 0);
        if (entry.step === 'succeeded') this.truth.succeeded(row);
        return;
      default:
    }
  }

  /** A new task stands in the line; call it for those that another instance has stored. */
  joined(taskId: string, type: string): void {
    const line = this.lines.of(type);
    const place = line.place(taskId);
    if (place !== null) this.records.joined(type, place, line.size - 1);
  }

  private promise(row: TaskRow): void {
    const range = this.rangeAt(row.type, this.lines.of(row.type).place(row.id));
    if (range) this.truth.promised(row, range);
  }

  private rangeAt(type: string, place: number | null): TimeRange | null {
    const made = place === null ? undefined : this.forecasts.of(type);
    if (place === null || made === undefined) return null;
    const { from, to } = this.truth.range(type, made.forecast.at(place));
    return shownRange({ from: made.at + from, to: made.at + to }, Date.now());
  }

  private rangeOfRunning({ type, started_at: startedAt }: TaskRow): TimeRange | null {
    const { times } = this.records.of(type);
    if (startedAt === null || times === undefined) return null;
    const now = Date.now();
    const { low, high } = remaining(times, Math.max(0, now - startedAt));
    return shownRange({ from: now + low, to: now + high }, now);
  }
}
