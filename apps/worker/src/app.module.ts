import { ArtifactStore, openArtifactStore } from '@app/artifact-store';
import type { Logger } from '@app/runtime';
import { Module, type DynamicModule } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { BrokerModule } from './broker/broker.module.js';
import { NewTypes } from './broker/new-types.js';
import { CatalogModule } from './catalog/catalog.module.js';
import { TerminationWatch } from './departure/termination-watch.js';
import { EnginesModule } from './engines/engines.module.js';
import type { WorkerEnv } from './env.js';
import { HealthController } from './health/health.controller.js';
import { EngineMetrics } from './metrics/engine-metrics.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { FinishedTasks } from './tasks/finished-tasks.js';
import { Results } from './results/results.js';
import { TaskConsumer } from './tasks/task.consumer.js';
import { TaskPrompts } from './tasks/task-prompts.js';
import { TaskResults } from './tasks/task-results.js';
import { TaskRuns } from './tasks/task-runs.js';
import { TaskRunner } from './tasks/task.runner.js';
import { LOGGER, WORKER_ENV } from './tokens.js';

/** Hands the settings, the logger and the artifact store to every module. */
@Module({})
class ProcessModule {
  static forRoot(env: WorkerEnv, logger: Logger): DynamicModule {
    const providers = [
      { provide: WORKER_ENV, useValue: env },
      { provide: LOGGER, useValue: logger },
      { provide: ArtifactStore, useFactory: () => openArtifactStore(env.artifacts) },
    ];
    return { module: ProcessModule, global: true, providers, exports: providers };
  }
}

/** The worker app: from a delivery to a settled outcome. */
@Module({})
export class AppModule {
  static forRoot(env: WorkerEnv, logger: Logger): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ProcessModule.forRoot(env, logger),
        PrometheusModule.register({ path: '/metrics' }),
        MetricsModule,
        CatalogModule,
        EnginesModule,
        BrokerModule,
      ],
      controllers: [HealthController, TaskConsumer],
      providers: [
        EngineMetrics,
        NewTypes,
        FinishedTasks,
        Results,
        TaskPrompts,
        TaskResults,
        TaskRuns,
        TaskRunner,
        TerminationWatch,
      ],
    };
  }
}
