import type { Logger } from '@app/runtime';
import { CatalogWatcher, logCatalog, watchCatalog, type Catalog } from '@app/workflow-catalog';
import { Global, Module, type OnModuleDestroy } from '@nestjs/common';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { LOGGER } from '../logger.token.js';
import { CATALOG } from './catalog.token.js';
import { TaskTypesController } from './task-types.controller.js';

/** The task types, as the workflow files are at the time. What is wrong in a file stops the start only if no type is left. */
@Global()
@Module({
  controllers: [TaskTypesController],
  providers: [
    {
      provide: CatalogWatcher,
      inject: [API_ENV, LOGGER],
      useFactory: (env: ApiEnv, logger: Logger): CatalogWatcher => {
        const watcher = watchCatalog(env.workflowsDir, {
          onError: (error) =>
            logger.error({ err: error }, 'the change of the workflows was not taken over everywhere'),
        });
        logCatalog(watcher.catalog, logger);
        return watcher;
      },
    },
    {
      provide: CATALOG,
      inject: [CatalogWatcher],
      useFactory: ({ catalog }: CatalogWatcher): Catalog => catalog,
    },
  ],
  exports: [CATALOG],
})
export class TaskTypesModule implements OnModuleDestroy {
  constructor(private readonly watcher: CatalogWatcher) {}

  onModuleDestroy(): void {
    this.watcher.close();
  }
}
