import {
  BrokerMetrics,
  buildTopology,
  ConfirmPublisher,
  TaskEventPublisher,
  TaskServer,
  WorkerStatusPublisher,
  type Topology,
} from '@app/messaging';
import type { Logger } from '@app/runtime';
import type { Catalog } from '@app/workflow-catalog';
import { Module } from '@nestjs/common';
import { EngineGate } from '../engines/engine-gate.js';
import { Engines } from '../engines/engines.js';
import { EnginesModule } from '../engines/engines.module.js';
import type { WorkerEnv } from '../env.js';
import { EngineEraser } from '../erasure/engine-eraser.js';
import { Erasures } from '../erasure/erasures.js';
import { Orders } from '../orders/orders.js';
import { CanonicalPhotos } from '../photos/canonical-photos.js';
import { WorkerPresence } from '../presence/worker-presence.js';
import { WorkerStatusSource } from '../presence/worker-status.source.js';
import { CurrentRuns } from '../tasks/current-runs.js';
import { EngineTraces } from '../tasks/engine-traces.js';
import { TaskEvents } from '../tasks/task-events.js';
import { TaskLedgers } from '../tasks/task-ledgers.js';
import { CATALOG, LOGGER, TOPOLOGY, WORKER_ENV } from '../tokens.js';
import { BrokerConnections } from './broker-connections.js';
import { takenTypes } from './taken-types.js';

/** What the worker takes from RabbitMQ and tells it. */
@Module({
  imports: [EnginesModule],
  providers: [
    BrokerConnections,
    {
      provide: TOPOLOGY,
      inject: [WORKER_ENV, CATALOG],
      useFactory: (env: WorkerEnv, catalog: Catalog): Topology =>
        buildTopology(takenTypes(env.taskTypes, catalog), {
          retryDelaysMs: env.retryDelaysMs,
          declares: env.amqpDeclare,
          queueType: env.amqpQueueType,
        }),
    },
    {
      provide: ConfirmPublisher,
      inject: [BrokerConnections, TOPOLOGY, LOGGER],
      useFactory: ({ publish }: BrokerConnections, topology: Topology, logger: Logger) =>
        new ConfirmPublisher(publish, { topology, logger, metrics: new BrokerMetrics([publish]) }),
    },
    {
      provide: TaskEventPublisher,
      inject: [ConfirmPublisher],
      useFactory: (publisher: ConfirmPublisher) => new TaskEventPublisher(publisher),
    },
    {
      provide: WorkerStatusPublisher,
      inject: [ConfirmPublisher],
      useFactory: (publisher: ConfirmPublisher) => new WorkerStatusPublisher(publisher),
    },
    TaskEvents,
    TaskLedgers,
    CanonicalPhotos,
    CurrentRuns,
    EngineTraces,
    WorkerStatusSource,
    WorkerPresence,
    EngineEraser,
    Erasures,
    {
      provide: TaskServer,
      inject: [
        WORKER_ENV,
        TOPOLOGY,
        ConfirmPublisher,
        TaskLedgers,
        EngineGate,
        Engines,
        WorkerPresence,
        Erasures,
        Orders,
        LOGGER,
      ],
      useFactory: (
        env: WorkerEnv,
        topology: Topology,
        publisher: ConfirmPublisher,
        ledger: TaskLedgers,
        gate: EngineGate,
        engines: Engines,
        presence: WorkerPresence,
        erasures: Erasures,
        orders: Orders,
        logger: Logger,
      ) =>
        new TaskServer({
          url: env.amqpUrl,
          name: env.name,
          topology,
          publisher,
          ledger,
          gate,
          // The most there can be; how many at a time is the gate's.
          concurrency: env.comfyuiUrls.length * env.maxConcurrentTasks,
          lookahead: env.comfyuiUrls.length * Math.max(1, env.lookahead),
          abandonPrompt: ({ id, engine }) => engines.cancelPrompt(engine, id),
          onHello: () => presence.announce(),
          onErase: (taskId) => erasures.request(taskId),
          onPauses: (told) => orders.hear(told),
          graceMs: env.shutdownGraceMs,
          logger,
        }),
    },
  ],
  exports: [TOPOLOGY, ConfirmPublisher, TaskServer, TaskEvents, CanonicalPhotos, CurrentRuns, EngineTraces],
})
export class BrokerModule {}
