import {
  BrokerMetrics,
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
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { LOGGER } from '../logger.token.js';
import { CATALOG } from '../task-types/catalog.token.js';
import { BrokerConnections } from './broker-connections.js';
import { BrokerReach } from './broker-reach.js';
import { Entrances } from './entrances.js';
import { NewTypes } from './new-types.js';
import { TOPOLOGY } from './topology.token.js';

/** What the API sends to RabbitMQ and hears from it. */
@Global()
@Module({
  providers: [
    BrokerConnections,
    BrokerReach,
    Entrances,
    NewTypes,
    {
      provide: BrokerMetrics,
      inject: [BrokerConnections],
      useFactory: ({ all }: BrokerConnections) => new BrokerMetrics(all),
    },
    {
      provide: TOPOLOGY,
      inject: [CATALOG, API_ENV],
      useFactory: (catalog: Catalog, { amqpDeclare: declares, amqpQueueType: queueType }: ApiEnv): Topology =>
        buildTopology(
          catalog.types().map((type) => type.view.type),
          { declares, queueType },
        ),
    },
    {
      provide: ConfirmPublisher,
      inject: [BrokerConnections, TOPOLOGY, LOGGER, BrokerMetrics],
      useFactory: (
        { publish }: BrokerConnections,
        topology: Topology,
        logger: Logger,
        metrics: BrokerMetrics,
      ) => new ConfirmPublisher(publish, { topology, logger, metrics }),
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
    Entrances,
    TOPOLOGY,
    ConfirmPublisher,
    TaskPublisher,
    TaskControlPublisher,
    TaskEventPublisher,
    TaskEventSubscriber,
  ],
})
export class BrokerModule {}
