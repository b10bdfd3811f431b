import { TaskEventSubscriber, type LiveEvent, type StateEvent } from '@app/messaging';
import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Counter, register } from 'prom-client';
import { LOGGER } from '../logger.token.js';
import { CLOCKS_DIFFER_MS } from '../expiry/expiry.service.js';
import { TasksStore } from '../tasks/tasks.store.js';
import { LiveNews } from './live-news.js';
import { TaskChanges } from './task-changes.js';
import { UnappliedEvents } from './unapplied-events.js';

/**
 * Persist, then push. A state event is stored by one API instance, which then tells every instance that the task
 * changed; each pushes to the sockets it holds. An event is acked only after it is stored.
 */
@Injectable()
export class TaskEventsConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly ignored = new Counter({
    name: 'photo_repair_task_events_ignored_total',
    help: 'Events of workers that changed nothing: told twice, overtaken by the end of the task, or of an unknown one.',
    labelNames: ['kind'],
    registers: [register],
  });

  constructor(
    private readonly subscriber: TaskEventSubscriber,
    private readonly tasks: TasksStore,
    private readonly changes: TaskChanges,
    private readonly unapplied: UnappliedEvents,
    private readonly news: LiveNews,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.subscriber.onStateEvent((event) => this.store(event));
    this.subscriber.onLive(
      (event: LiveEvent) => this.news.hear(event),
      () => this.news.begin(),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.subscriber.close();
  }

  private async store(event: StateEvent): Promise<void> {
    const stored = await this.tasks.apply(
      event,
      // A worker goes by the limit that the message was published with.
      event.kind === 'expired' ? { deadlineUpTo: Date.now() + CLOCKS_DIFFER_MS } : {},
    );
    const { taskId, taskType, kind, attempt, run, worker } = event;
    if (stored === undefined) {
      this.ignored.inc({ kind });
      this.logger.debug({ taskId, kind, attempt, run, worker }, 'an event changed nothing');
      await this.unapplied.heard(event);
      return;
    }
    const failure = 'failure' in event ? event.failure : undefined;
    this.logger.info(
      { taskId, taskType, state: stored.row.state, attempt, run, worker, ...(failure && { failure }) },
      kind,
    );
    this.changes.stored(stored);
  }
}
