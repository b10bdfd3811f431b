import { TASK_STATES } from '@app/contracts';
import type { Catalog } from '@app/workflow-catalog';
import { Inject, Injectable } from '@nestjs/common';
import { LinesService } from '../line/lines.service.js';
import { CATALOG } from '../task-types/catalog.token.js';
import { LiveWorkers } from '../workers/live-workers.js';
import { OldestWaitingStore } from './oldest-waiting.store.js';
import { readGauge, type Sample } from './read-gauge.js';
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
    gauge('photo_repair_tasks_in_state', 'Tasks by type and state.', ['state'], async () =>
      allTypes().flatMap((type) =>
        TASK_STATES.map((state) => [{ type, state }, counts.of(type, state)] as const),
      ),
    );
    gauge('photo_repair_line_waiting', 'Tasks that stand in line.', [], async () =>
      allTypes().map((type) => [{ type }, lines.of(type).size]),
    );
    gauge('photo_repair_tasks_held', 'Tasks in line that were not handed to RabbitMQ yet.', [], async () =>
      allTypes().map((type) => [{ type }, lines.of(type).heldCount]),
    );
    gauge(
      'photo_repair_line_oldest_timestamp_seconds',
      'Since when the task waits that has waited longest; absent where nobody waits.',
      [],
      async () => {
        const waiting = allTypes().filter((type) => lines.of(type).size > 0);
        const since = await Promise.all(waiting.map((type) => oldest.since(type)));
        return waiting.flatMap((type, at) => {
          const ms = since[at];
          return ms === undefined ? [] : [[{ type }, ms / 1000] as const];
        });
      },
    );
    gauge('photo_repair_workers', 'Workers that take the type, heard of within 15 s.', [], async () =>
      types().map((type) => [{ type }, workers.of(type).length]),
    );
    gauge(
      'photo_repair_worker_slots',
      'Tasks of the type that can run at the same time; a worker of several types counts for each.',
      ['tap'],
      async () =>
        types().flatMap((type) => {
          const open = workers.openSlots(type);
          return [
            [{ type, tap: 'open' }, open],
            [{ type, tap: 'closed' }, workers.slots(type) - open],
          ] as const;
        }),
    );
  }
}

/** One that has the label `type`, and `more`. */
function gauge(
  name: string,
  help: string,
  more: readonly string[],
  read: () => Promise<readonly Sample[]>,
): void {
  readGauge({ name, help, labelNames: ['type', ...more], read });
}
