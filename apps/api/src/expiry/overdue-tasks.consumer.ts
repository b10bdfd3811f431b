import { ConfirmPublisher, OverdueTaskSubscriber, type Topology } from '@app/messaging';
import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { BrokerConnections } from '../broker/broker-connections.js';
import { TOPOLOGY } from '../broker/topology.token.js';
import { LOGGER } from '../logger.token.js';
import { ExpiryService } from './expiry.service.js';

/** Takes the messages that the broker found overdue, which may be those of tasks whose worker died. */
@Injectable()
export class OverdueTasksConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private subscriber: OverdueTaskSubscriber | undefined;

  constructor(
    private readonly connections: BrokerConnections,
    private readonly publisher: ConfirmPublisher,
    private readonly expiry: ExpiryService,
    @Inject(TOPOLOGY) private readonly topology: Topology,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Why overdue messages stay where they are, as a phrase; null when all is well. */
  get problem(): string | null {
    return this.subscriber === undefined ? 'not started yet' : this.subscriber.problem;
  }

  onApplicationBootstrap(): void {
    this.subscriber = new OverdueTaskSubscriber({
      connection: this.connections.consume,
      topology: this.topology,
      publisher: this.publisher,
      name: 'api',
      logger: this.logger,
      decide: ({ taskId }) => this.expiry.decide(taskId),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.subscriber?.close();
  }
}
