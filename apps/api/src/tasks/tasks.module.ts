import { LocalArtifactStore } from '@app/artifact-store';
import { Module } from '@nestjs/common';
import { MulterModule } from '@nestjs/platform-express';
import { join } from 'node:path';
import { diskStorage } from 'multer';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { taskMetricProviders, TaskMetrics } from '../metrics/task-metrics.js';
import { TaskGauges } from '../metrics/task-gauges.js';
import { OutboxRelay } from '../outbox/outbox.relay.js';
import { OutboxStore } from '../outbox/outbox.store.js';
import { LiveProgress } from '../task-events/live-progress.js';
import { TaskEventsConsumer } from '../task-events/task-events.consumer.js';
import { TaskEventsGateway } from '../task-events/task-events.gateway.js';
import { Admission } from './admission.js';
import { prepareIncomingFolder } from './incoming-folder.js';
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
    TaskPictures,
    Admission,
    TasksService,
    OutboxStore,
    OutboxRelay,
    LiveProgress,
    TaskEventsGateway,
    TaskEventsConsumer,
    ...taskMetricProviders,
    TaskMetrics,
    TaskGauges,
  ],
})
export class TasksModule {}
