import { LocalArtifactStore } from '@app/artifact-store';
import { Module } from '@nestjs/common';
import { MulterModule } from '@nestjs/platform-express';
import { join } from 'node:path';
import { diskStorage } from 'multer';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { taskMetricProviders, TaskMetrics } from '../metrics/task-metrics.js';
import { TaskGauges } from '../metrics/task-gauges.js';
import { ExpiryService } from '../expiry/expiry.service.js';
import { ExpirySweeper } from '../expiry/expiry.sweeper.js';
import { OverdueTasksConsumer } from '../expiry/overdue-tasks.consumer.js';
import { OutboxRelay } from '../outbox/outbox.relay.js';
import { OutboxStore } from '../outbox/outbox.store.js';
import { LiveProgress } from '../task-events/live-progress.js';
import { TaskChanges } from '../task-events/task-changes.js';
import { TaskEventsConsumer } from '../task-events/task-events.consumer.js';
import { TaskEventsGateway } from '../task-events/task-events.gateway.js';
import { Admission } from './admission.js';
import { CancelService } from './cancel.service.js';
import { prepareIncomingFolder } from './incoming-folder.js';
import { TaskChoices } from './task-choices.js';
import { TaskPictures } from './task-pictures.js';
import { TaskViews } from './task-views.js';
import { TasksController } from './tasks.controller.js';
import { TasksService } from './tasks.service.js';
import { TasksStore } from './tasks.store.js';

/** From the upload to the outbox, and from the worker's event to the browser. */
@Module({
  imports: [
    MulterModule.registerAsync({
      inject: [API_ENV],
      useFactory: (env: ApiEnv) => ({
        storage: diskStorage({ destination: prepareIncomingFolder(env.dataDir) }),
        limits: { fileSize: env.maxUploadBytes, files: 1, fields: 10, fieldSize: 16 * 1024, headerPairs: 50 },
      }),
    }),
  ],
  controllers: [TasksController],
  providers: [
    {
      provide: LocalArtifactStore,
      inject: [API_ENV],
      useFactory: async (env: ApiEnv) => {
        const store = new LocalArtifactStore(join(env.dataDir, 'artifacts'));
        await store.prepare();
        return store;
      },
    },
    TasksStore,
    TaskViews,
    TaskChoices,
    TaskPictures,
    Admission,
    TasksService,
    CancelService,
    OutboxStore,
    OutboxRelay,
    LiveProgress,
    TaskEventsGateway,
    TaskChanges,
    TaskEventsConsumer,
    ExpiryService,
    ExpirySweeper,
    OverdueTasksConsumer,
    ...taskMetricProviders,
    TaskMetrics,
    TaskGauges,
  ],
  exports: [ExpirySweeper, OverdueTasksConsumer],
})
export class TasksModule {}
