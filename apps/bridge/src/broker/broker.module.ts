import { buildTopology, ConfirmPublisher, VouchedTaskPublisher, type Topology } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { CatalogError, readCatalog } from '@app/workflow-catalog';
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
      useFactory: ({ workflowsDir, amqpDeclare }: BridgeEnv): Topology => {
        const { catalog, problems } = readCatalog(workflowsDir);
        const types = catalog.types().map(({ view }) => view.type);
        if (types.length === 0) throw new CatalogError(problems);
        return buildTopology(types, { declares: amqpDeclare });
      },
    },
    {
      provide: ConfirmPublisher,
      inject: [BrokerConnections, TOPOLOGY, LOGGER],
      useFactory: ({ publish }: BrokerConnections, topology: Topology, logger: Logger) =>
        new ConfirmPublisher(publish, { topology, logger }),
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
