import { ArtifactStore, ArtifactStoreUnavailable, openArtifactStore } from '@app/artifact-store';
import { DEFAULT_IMAGE_LIMITS, ImageProcess } from '@app/imaging';
import type { Logger } from '@app/runtime';
import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { LOGGER } from '../logger.token.js';
import { LinesService } from '../line/lines.service.js';
import { WaitingStore } from '../line/waiting.store.js';
import { LiveProgress } from '../task-events/live-progress.js';
import { EndedTasks } from './ended-tasks.js';
import { prepareIncomingFolder } from './incoming-folder.js';
import { INCOMING_FOLDER } from './incoming-folder.token.js';
import { TaskLogStore } from './task-log.store.js';
import { TaskPlaces } from './task-places.js';
import { TaskViews } from './task-views.js';
import { TasksStore } from './tasks.store.js';

/** What is known of tasks and kept of them, for every part that shows or changes them. */
@Global()
@Module({
  providers: [
    {
      provide: ArtifactStore,
      inject: [API_ENV, LOGGER],
      useFactory: async (env: ApiEnv, logger: Logger) => {
        const store = await openArtifactStore(env.artifacts);
        await prepare(store, logger);
        return store;
      },
    },
    {
      provide: ImageProcess,
      inject: [API_ENV],
      useFactory: ({ maxUploadBytes: maxBytes, maxImagePixels: maxPixels }: ApiEnv) =>
        new ImageProcess({ limits: { ...DEFAULT_IMAGE_LIMITS, maxBytes, maxPixels } }),
    },
    {
      provide: INCOMING_FOLDER,
      inject: [API_ENV],
      useFactory: (env: ApiEnv) => prepareIncomingFolder(env.dataDir),
    },
    TaskLogStore,
    TasksStore,
    WaitingStore,
    LinesService,
    LiveProgress,
    TaskPlaces,
    TaskViews,
    EndedTasks,
  ],
  exports: [
    ArtifactStore,
    ImageProcess,
    INCOMING_FOLDER,
    TaskLogStore,
    TasksStore,
    LinesService,
    LiveProgress,
    TaskViews,
    EndedTasks,
  ],
})
export class TaskStateModule implements OnApplicationShutdown {
  constructor(@Inject(ImageProcess) private readonly images: ImageProcess) {}

  async onApplicationShutdown(): Promise<void> {
    await this.images.close();
  }
}

/** A store that does not answer may be back soon, and much can be done without it; a wrong one has to be put right. */
async function prepare(store: ArtifactStore, logger: Logger): Promise<void> {
  try {
    await store.prepare();
  } catch (error) {
    if (!(error instanceof ArtifactStoreUnavailable) || error.reason !== 'unreachable') throw error;
    logger.warn({ err: error }, 'the artifact store does not answer: no photo can be taken in until it does');
  }
}
