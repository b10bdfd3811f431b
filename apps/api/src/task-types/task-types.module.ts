import { loadCatalog, type Catalog } from '@app/workflow-catalog';
import { Global, Module } from '@nestjs/common';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { CATALOG } from './catalog.token.js';
import { TaskTypesController } from './task-types.controller.js';

/** The task types, read once from the workflow files; a problem in any of them stops the start. */
@Global()
@Module({
  controllers: [TaskTypesController],
  providers: [
    {
      provide: CATALOG,
      inject: [API_ENV],
      useFactory: (env: ApiEnv): Catalog => loadCatalog(env.workflowsDir),
    },
  ],
  exports: [CATALOG],
})
export class TaskTypesModule {}
