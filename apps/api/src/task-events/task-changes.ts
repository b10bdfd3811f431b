import { TaskEventPublisher, type StateEvent } from '@app/messaging';
import { Injectable } from '@nestjs/common';
import { BrokerReach } from '../broker/broker-reach.js';
import type { TaskRow } from '../database/schema.js';
import { TaskMetrics } from '../metrics/task-metrics.js';
import { TaskEventsGateway } from './task-events.gateway.js';

/** Tells the pages what has changed, once it is stored. */
@Injectable()
export class TaskChanges {
  constructor(
    private readonly publisher: TaskEventPublisher,
    private readonly gateway: TaskEventsGateway,
    private readonly metrics: TaskMetrics,
    private readonly reach: BrokerReach,
  ) {}

  /** `row` is the task after `event` was applied. Every API instance pushes it to the sockets it holds. */
  tell(row: TaskRow, event: StateEvent): void {
    this.metrics.changed(row, event);
    const changed = { version: 1, kind: 'changed', taskId: row.id, taskType: row.type } as const;
    // Without the broker no other instance hears of it, but the pages at this one do.
    if (this.reach.away) this.gateway.hear(changed);
    else this.publisher.publishChanged(changed);
  }
}
