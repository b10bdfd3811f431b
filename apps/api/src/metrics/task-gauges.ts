import { TASK_STATES } from '@app/contracts';
import type { Catalog } from '@app/workflow-catalog';
import { Inject, Injectable } from '@nestjs/common';
import { Gauge, register } from 'prom-client';
import { LinesService } from '../line/lines.service.js';
import { CATALOG } from '../task-types/catalog.token.js';
import { LiveWorkers } from '../workers/live-workers.js';
import { OldestWaitingStore } from './oldest-waiting.store.js';
import { StateCounts } from './state-counts.js';

/** Gauges that are read when Prometheus scrapes, from what the process knows; none of them counts rows. */
@Injectable()
export class TaskGauges {
  constructor(
    counts: StateCounts,
    lines: LinesService,
    workers: LiveWorkers,
    oldest: OldestWaitingStore,
    @Inject(CATALOG) catalog: Catalog,
  ) {
    const types = () => catalog.types().map((type) => type.view.type);
    /** A type whose workflow was taken away may have tasks still. */
    const allTypes = () => [...new Set([...types(), ...counts.types])];
    byType('photo_repair_tasks_in_state', 'Tasks by type and state.', ['state'], (gauge) => {
      for (const type of allTypes())
        for (const state of TASK_STATES) gauge.set({ type, state }, counts.of(type, state));
    });
    byType('photo_repair_line_waiting', 'Tasks that stand in line.', [], (gauge) => {
      for (const type of allTypes()) gauge.set({ type }, lines.of(type).size);
    });
    byType('photo_repair_tasks_held', 'Tasks in line that were not handed to RabbitMQ yet.', [], (gauge) => {
      for (const type of allTypes()) gauge.set({ type }, lines.of(type).heldCount);
    });
    byType(
      'photo_repair_line_oldest_timestamp_seconds',
      'Since when the task waits that has waited longest; absent where nobody waits.',
      [],
      async (gauge) => {
        for (const type of allTypes().filter((each) => lines.of(each).size > 0)) {
          const since = await oldest.since(type);
          if (since !== undefined) gauge.set({ type }, since / 1000);
        }
      },
    );
    byType('photo_repair_workers', 'Workers that take the type, heard of within 15 s.', [], (gauge) => {
      for (const type of types()) gauge.set({ type }, workers.of(type).length);
    });
    byType(
      'photo_repair_worker_slots',
      'Tasks of the type that can run at the same time; a worker of several types counts for each.',
      ['tap'],
      (gauge) => {
        for (const type of types()) {
          const open = workers.openSlots(type);
          gauge.set({ type, tap: 'open' }, open);
          gauge.set({ type, tap: 'closed' }, workers.slots(type) - open);
        }
      },
    );
  }
}

/** A gauge by type and `labelNames`, filled anew at each scrape. */
function byType(
  name: string,
  help: string,
  labelNames: readonly string[],
  fill: (gauge: Gauge) => void | Promise<void>,
): void {
  const gauge: Gauge = new Gauge({
    name,
    help,
    labelNames: ['type', ...labelNames],
    registers: [register],
    async collect() {
      gauge.reset();
      await fill(gauge);
    },
  });
}
