import {
  buildTopology,
  ConfirmPublisher,
  TaskControlPublisher,
  TaskEventPublisher,
  TaskEventSubscriber,
  TaskPublisher,
  type Topology,
} from '@app/messaging';
import type { Logger } from '@app/runtime';
import type { Catalog } from '@app/workflow-catalog';
import { Global, Module } from '@nestjs/common';
import { isPermanent } from '../database/is-permanent.js';
import { LOGGER } from '../logger.token.js';
import { CATALOG } from '../task-types/catalog.token.js';
import { BrokerConnections } from './broker-connections.js';
import { BrokerReach } from './broker-reach.js';
import { NewTypes } from './new-types.js';
import { TOPOLOGY } from './topology.token.js';

/** What the API sends to RabbitMQ and hears from it. */
@Global()
@Module({
  providers: [
    BrokerConnections,
    BrokerReach,
    NewTypes,
    {
      provide: TOPOLOGY,
      inject: [CATALOG],
      useFactory: (catalog: Catalog): Topology =>
        buildTopology(catalog.types().map((type) => type.view.type)),
    },
    {
      provide: ConfirmPublisher,
      inject: [BrokerConnections, TOPOLOGY, LOGGER],
      useFactory: ({ publish }: BrokerConnections, topology: Topology, logger: Logger) =>
        new ConfirmPublisher(publish, { topology, logger }),
    },
    {
      provide: TaskPublisher,
      inject: [ConfirmPublisher],
      useFactory: (publisher: ConfirmPublisher) => new TaskPublisher(publisher),
    },
    {
      provide: TaskControlPublisher,
      inject: [ConfirmPublisher],
      useFactory: (publisher: ConfirmPublisher) => new TaskControlPublisher(publisher),
    },
    {
      provide: TaskEventPublisher,
      inject: [ConfirmPublisher],
      useFactory: (publisher: ConfirmPublisher) => new TaskEventPublisher(publisher),
    },
    {
      provide: TaskEventSubscriber,
      inject: [BrokerConnections, TOPOLOGY, ConfirmPublisher, LOGGER],
      useFactory: (
        { consume: connection }: BrokerConnections,
        topology: Topology,
        publisher: ConfirmPublisher,
        logger: Logger,
      ) => new TaskEventSubscriber({ connection, topology, publisher, name: 'api', isPermanent, logger }),
    },
  ],
  exports: [
    BrokerConnections,
    BrokerReach,
    TOPOLOGY,
    ConfirmPublisher,
    TaskPublisher,
    TaskControlPublisher,
    TaskEventPublisher,
    TaskEventSubscriber,
  ],
})
export class BrokerModule {}
