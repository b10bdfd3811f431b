import { TASK_STATES } from '@app/contracts';
import type { Catalog } from '@app/workflow-catalog';
import { Inject, Injectable } from '@nestjs/common';
import { Gauge, register } from 'prom-client';
import { OutboxStore } from '../outbox/outbox.store.js';
import { CATALOG } from '../task-types/catalog.token.js';
import { TasksStore } from '../tasks/tasks.store.js';

/** Gauges that are read from the task database when Prometheus scrapes, so that they cannot drift from it. */
@Injectable()
export class TaskGauges {
  constructor(tasks: TasksStore, outbox: OutboxStore, @Inject(CATALOG) catalog: Catalog) {
    const types = catalog.types().map((type) => type.view.type);
    const inState: Gauge<'type' | 'state'> = new Gauge({
      name: 'photo_repair_tasks_in_state',
      help: 'Tasks by type and state.',
      labelNames: ['type', 'state'],
      registers: [],
      async collect() {
        inState.reset();
        for (const type of types) for (const state of TASK_STATES) inState.set({ type, state }, 0);
        for (const { type, state, count } of await tasks.counts()) inState.set({ type, state }, count);
      },
    });
    const pending: Gauge = new Gauge({
      name: 'photo_repair_outbox_pending',
      help: 'Messages that RabbitMQ has not confirmed yet.',
      registers: [],
      async collect() {
        pending.set(await outbox.count());
      },
    });
    register.registerMetric(inState);
    register.registerMetric(pending);
  }
}
