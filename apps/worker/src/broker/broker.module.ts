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
import { EngineGate } from '../engines/engine-gate.js';
import { EnginePool } from '../engines/engine-pool.js';
import { EnginesModule } from '../engines/engines.module.js';
import type { WorkerEnv } from '../env.js';
import { StagedPhotos } from '../tasks/staged-photos.js';
import { TaskEvents } from '../tasks/task-events.js';
import { TaskLedgers } from '../tasks/task-ledgers.js';
import { CATALOG, LOGGER, WORKER_ENV } from '../tokens.js';
import { BrokerConnections } from './broker-connections.js';
import { takenTypes } from './taken-types.js';

const TOPOLOGY = Symbol('TOPOLOGY');

/** What the worker takes from RabbitMQ and tells it. */
@Module({
  imports: [EnginesModule],
  providers: [
    BrokerConnections,
    {
      provide: TOPOLOGY,
      inject: [WORKER_ENV, CATALOG],
      useFactory: ({ taskTypes, retryDelaysMs }: WorkerEnv, catalog: Catalog): Topology =>
        buildTopology(takenTypes(taskTypes, catalog), { retryDelaysMs }),
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
    TaskLedgers,
    StagedPhotos,
    {
      provide: TaskServer,
      inject: [
        WORKER_ENV,
        TOPOLOGY,
        ConfirmPublisher,
        TaskLedgers,
        EngineGate,
        EnginePool,
        StagedPhotos,
        LOGGER,
      ],
      useFactory: (
        env: WorkerEnv,
        topology: Topology,
        publisher: ConfirmPublisher,
        ledger: TaskLedgers,
        gate: EngineGate,
        engines: EnginePool,
        photos: StagedPhotos,
        logger: Logger,
      ) =>
        new TaskServer({
          url: env.amqpUrl,
          name: env.name,
          topology,
          publisher,
          ledger,
          gate,
          concurrency: env.maxConcurrentTasks,
          lookahead: env.lookahead,
          stage: (message) => photos.stage(message),
          abandonPrompt: ({ id, engine }) => engines.cancelPrompt(engine, id),
          graceMs: env.shutdownGraceMs,
          logger,
        }),
    },
  ],
  exports: [BrokerConnections, TaskServer, TaskEvents, StagedPhotos],
})
export class BrokerModule {}
