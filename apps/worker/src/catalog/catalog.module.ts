import type { Logger } from '@app/runtime';
import { CatalogWatcher, logCatalog, watchCatalog, type Catalog } from '@app/workflow-catalog';
import { Global, Module, type OnModuleDestroy } from '@nestjs/common';
import type { WorkerEnv } from '../env.js';
import { CATALOG, LOGGER, WORKER_ENV } from '../tokens.js';

/** The workflows, as their files are at the time. What is wrong in a file stops the start only if no type is left. */
@Global()
@Module({
  providers: [
    {
      provide: CatalogWatcher,
      inject: [WORKER_ENV, LOGGER],
      useFactory: ({ workflowsDir }: WorkerEnv, logger: Logger): CatalogWatcher => {
        const watcher = watchCatalog(workflowsDir, {
          onError: (error) => logger.error({ err: error }, 'a change of the workflows was not taken over'),
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
export class CatalogModule implements OnModuleDestroy {
  constructor(private readonly watcher: CatalogWatcher) {}

  onModuleDestroy(): void {
    this.watcher.close();
  }
}
