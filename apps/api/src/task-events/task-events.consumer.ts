import { TaskEventSubscriber, type StateEvent } from '@app/messaging';
import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LOGGER } from '../logger.token.js';
import { TasksStore } from '../tasks/tasks.store.js';
import { TaskChanges } from './task-changes.js';
import { TaskEventsGateway } from './task-events.gateway.js';

/**
 * Persist, then push. A state event is stored by one API instance, which then tells every instance that the task
 * changed; each pushes to the sockets it holds. An event is acked only after it is stored.
 */
@Injectable()
export class TaskEventsConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly subscriber: TaskEventSubscriber,
    private readonly tasks: TasksStore,
    private readonly changes: TaskChanges,
    private readonly gateway: TaskEventsGateway,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.subscriber.onStateEvent((event) => this.store(event));
    this.subscriber.onLive((event) => this.gateway.hear(event));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.subscriber.close();
  }

  private async store(event: StateEvent): Promise<void> {
    const row = await this.tasks.apply(event);
    const { taskId, taskType, kind, attempt, run, worker } = event;
    if (row === undefined) {
      this.logger.debug({ taskId, kind, attempt, run, worker }, 'an event changed nothing');
      return;
    }
    const failure = 'failure' in event ? event.failure : undefined;
    this.logger.info(
      { taskId, taskType, state: row.state, attempt, run, worker, ...(failure && { failure }) },
      kind,
    );
    this.changes.tell(row, event);
  }
}
