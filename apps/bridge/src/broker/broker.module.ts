import {
  BrokerMetrics,
  buildBridgeTopology,
  ConfirmPublisher,
  VouchedTaskPublisher,
  type Topology,
} from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Module } from '@nestjs/common';
import type { BridgeEnv } from '../env.js';
import { BRIDGE_ENV, LOGGER, TOPOLOGY } from '../tokens.js';
import { BrokerConnections } from './broker-connections.js';

/** What the bridge sends to RabbitMQ. */
@Module({
  providers: [
    BrokerConnections,
    {
      provide: TOPOLOGY,
      inject: [BRIDGE_ENV],
      useFactory: ({ amqpDeclare: declares, amqpQueueType: queueType }: BridgeEnv): Topology =>
        buildBridgeTopology({ declares, queueType }),
    },
    {
      provide: ConfirmPublisher,
      inject: [BrokerConnections, TOPOLOGY, LOGGER],
      useFactory: ({ publish }: BrokerConnections, topology: Topology, logger: Logger) =>
        new ConfirmPublisher(publish, { topology, logger, metrics: new BrokerMetrics([publish]) }),
    },
    {
      provide: VouchedTaskPublisher,
      inject: [ConfirmPublisher],
      useFactory: (publisher: ConfirmPublisher) => new VouchedTaskPublisher(publisher),
    },
  ],
  exports: [BrokerConnections, TOPOLOGY, ConfirmPublisher, VouchedTaskPublisher],
})
export class BrokerModule {}
