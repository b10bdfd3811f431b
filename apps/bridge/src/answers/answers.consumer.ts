import { BridgeAnswerSubscriber, ConfirmPublisher, type Topology } from '@app/messaging';
import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { BrokerConnections } from '../broker/broker-connections.js';
import type { BridgeEnv } from '../env.js';
import { BRIDGE_ENV, LOGGER, TOPOLOGY } from '../tokens.js';
import { AnswerTeller } from './answer-teller.js';

/** Hears what became of the tasks; each answer is acknowledged once it is told. */
@Injectable()
export class AnswersConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private subscriber: BridgeAnswerSubscriber | undefined;

  constructor(
    @Inject(BRIDGE_ENV) private readonly env: BridgeEnv,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(TOPOLOGY) private readonly topology: Topology,
    private readonly connections: BrokerConnections,
    private readonly publisher: ConfirmPublisher,
    private readonly teller: AnswerTeller,
  ) {}

  /** Why no answers come or cannot be told, as a phrase; null when all is well. */
  get problem(): string | null {
    return this.subscriber ? this.subscriber.problem : 'not started yet';
  }

  onApplicationBootstrap(): void {
    this.subscriber = new BridgeAnswerSubscriber({
      connection: this.connections.consume,
      topology: this.topology,
      publisher: this.publisher,
      name: this.env.name,
      logger: this.logger,
      handle: (notice, correlationId) => this.teller.tell(notice, correlationId),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.subscriber?.close(this.env.shutdownGraceMs);
  }
}
