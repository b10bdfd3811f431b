import {
  buildTopology,
  ConfirmPublisher,
  TaskEventPublisher,
  TaskServer,
  type Topology,
} from '@app/messaging';
import type { Logger } from '@app/runtime';
import type { Catalog } from '@app/workflow-catalog';
import { Module } from '@nestjs/common';
import type { WorkerEnv } from '../env.js';
import { RETRY_DELAYS_MS } from '../tasks/failure-policy.js';
import { TaskEvents } from '../tasks/task-events.js';
import { CATALOG, LOGGER, WORKER_ENV } from '../tokens.js';
import { BrokerConnections } from './broker-connections.js';
import { takenTypes } from './taken-types.js';

const TOPOLOGY = Symbol('TOPOLOGY');

/** What the worker takes from RabbitMQ and tells it. */
@Module({
  providers: [
    BrokerConnections,
    {
      provide: TOPOLOGY,
      inject: [WORKER_ENV, CATALOG],
      useFactory: (env: WorkerEnv, catalog: Catalog): Topology =>
        buildTopology(takenTypes(env.taskTypes, catalog), { retryDelaysMs: RETRY_DELAYS_MS }),
    },
    {
      provide: ConfirmPublisher,
      inject: [BrokerConnections, TOPOLOGY, LOGGER],
      useFactory: ({ publish }: BrokerConnections, topology: Topology, logger: Logger) =>
        new ConfirmPublisher(publish, { topology, logger }),
    },
    {
      provide: TaskEventPublisher,
      inject: [ConfirmPublisher],
      useFactory: (publisher: ConfirmPublisher) => new TaskEventPublisher(publisher),
    },
    TaskEvents,
    {
      provide: TaskServer,
      inject: [WORKER_ENV, TOPOLOGY, ConfirmPublisher, TaskEvents, LOGGER],
      useFactory: (
        env: WorkerEnv,
        topology: Topology,
        publisher: ConfirmPublisher,
        events: TaskEvents,
        logger: Logger,
      ) =>
        new TaskServer({
          url: env.amqpUrl,
          name: env.name,
          topology,
          publisher,
          concurrency: env.maxConcurrentTasks,
          graceMs: env.shutdownGraceMs,
          onParkedByServer: (parked) => events.parkedByServer(parked),
          logger,
        }),
    },
  ],
  exports: [BrokerConnections, TaskServer, TaskEvents],
})
export class BrokerModule {}
