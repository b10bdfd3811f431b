import { isFinalState, type DelayReason, type LivePlace } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { BrokerReach } from '../broker/broker-reach.js';
import type { TaskRow } from '../database/schema.js';
import { Estimates } from '../estimates/estimates.js';
import { LinesService } from '../line/lines.service.js';
import { Pauses } from '../pauses/pauses.js';
import { LiveWorkers } from '../workers/live-workers.js';

/** Where a task stands in line, how long it will take and what holds it up. */
@Injectable()
export class TaskPlaces {
  constructor(
    private readonly lines: LinesService,
    private readonly workers: LiveWorkers,
    private readonly estimates: Estimates,
    private readonly reach: BrokerReach,
    private readonly pauses: Pauses,
  ) {}

  of(row: TaskRow): LivePlace {
    const waits = row.state === 'queued';
    const line = this.lines.of(row.type);
    const place = waits ? line.place(row.id) : null;
    const delayedBy = waits ? this.delayOf(row) : null;
    return {
      id: row.id,
      queue_position: place,
      moved_back_by: place === null ? null : line.movedBackBy(row.id),
      estimate: isFinalState(row.state) || delayedBy === 'paused' ? null : this.estimates.of(row, place),
      delayed_by: delayedBy,
      gpu_memory_used_percent:
        delayedBy === 'gpu_memory' ? this.workers.shortOfMemory(row.type)!.usedPercent : null,
    };
  }

  private delayOf(row: TaskRow): DelayReason | null {
    if (this.pauses.isTypePaused(row.type)) return 'paused';
    if (row.retry_at !== null && row.retry_at > Date.now()) return 'retry_delay';
    if (this.reach.away && (row.dispatched === null || row.claimed_until > 0)) return 'broker_unreachable';
    if (this.workers.onlyPaused(row.type)) return 'paused';
    if (!this.workers.knowsAny(row.type)) return 'no_worker';
    return this.workers.shortOfMemory(row.type) === undefined ? null : 'gpu_memory';
  }
}
