import type { TaskView } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { BrokerReach } from '../broker/broker-reach.js';
import type { TaskRow } from '../database/schema.js';
import { OutboxStore } from '../outbox/outbox.store.js';
import { LiveProgress } from '../task-events/live-progress.js';
import { toTaskView } from './task.view.js';
import { TasksStore } from './tasks.store.js';

/** Builds what callers see of a task: the stored row, its place in line, its latest progress and what delays it. */
@Injectable()
export class TaskViews {
  constructor(
    private readonly tasks: TasksStore,
    private readonly outbox: OutboxStore,
    private readonly progress: LiveProgress,
    private readonly reach: BrokerReach,
  ) {}

  async of(row: TaskRow): Promise<TaskView> {
    const [view] = await this.ofAll([row]);
    return view!;
  }

  /** In the order given. `places` holds those that are known already; the others are counted. */
  async ofAll(rows: readonly TaskRow[], places?: ReadonlyMap<string, number>): Promise<TaskView[]> {
    const unsent = new Set(rows.some((row) => row.state === 'queued') ? await this.delayedIds() : []);
    return Promise.all(
      rows.map(async (row) => {
        const waits = row.state === 'queued';
        return toTaskView(row, {
          queuePosition: waits ? (places?.get(row.id) ?? (await this.tasks.queuePosition(row))) : null,
          delayedBy: waits && unsent.has(row.id) ? 'broker_unreachable' : null,
          progress: this.progress.of(row.id, row.run),
        });
      }),
    );
  }

  /** The tasks that wait for the broker itself; none while it can be reached. */
  async delayedIds(): Promise<string[]> {
    return this.reach.away ? this.outbox.taskIds() : [];
  }
}
