import { ConfirmPublisher, ParkingLot, type Topology } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Module } from '@nestjs/common';
import { BrokerConnections } from '../broker/broker-connections.js';
import { TOPOLOGY } from '../broker/topology.token.js';
import { LOGGER } from '../logger.token.js';
import { TaskSearchModule } from '../task-search/task-search.module.js';
import { TasksModule } from '../tasks/tasks.module.js';
import { OperationBatch } from './operation-batch.js';
import { OperationRunner } from './operation.runner.js';
import { OperationStep } from './operation-step.js';
import { OperationTasks } from './operation-tasks.js';
import { OperationsController } from './operations.controller.js';
import { OperationsService } from './operations.service.js';
import { OperationsStore } from './operations.store.js';
import { ParkedCopies } from './parked-copies.js';

/** What operators do to many tasks at once. */
@Module({
  imports: [TaskSearchModule, TasksModule],
  controllers: [OperationsController],
  providers: [
    {
      provide: ParkingLot,
      inject: [BrokerConnections, ConfirmPublisher, TOPOLOGY, LOGGER],
      useFactory: (
        { consume: connection }: BrokerConnections,
        publisher: ConfirmPublisher,
        topology: Topology,
        logger: Logger,
      ) => new ParkingLot({ connection, publisher, topology, name: 'api', logger }),
    },
    OperationBatch,
    OperationRunner,
    OperationStep,
    OperationTasks,
    OperationsService,
    OperationsStore,
    ParkedCopies,
  ],
  exports: [ParkedCopies],
})
export class OperationsModule {}
