import type { Logger } from '@app/runtime';
import { Module, type DynamicModule } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { v4 as uuidv4 } from 'uuid';
import { AccessModule } from './access/access.module.js';
import { AlbumsModule } from './albums/albums.module.js';
import { BrokerModule } from './broker/broker.module.js';
import { DatabaseModule } from './database/database.module.js';
import { DeliveriesModule } from './deliveries/deliveries.module.js';
import { DownloadsModule } from './downloads/downloads.module.js';
import type { ApiEnv } from './env.js';
import { API_ENV } from './env.token.js';
import { EstimatesModule } from './estimates/estimates.module.js';
import { HealthController } from './health/health.controller.js';
import { MessageChecks } from './health/message-checks.js';
import { Readiness } from './health/readiness.js';
import { ImportsModule } from './imports/imports.module.js';
import { IntakeModule } from './intake/intake.module.js';
import { LOGGER } from './logger.token.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { NoticesModule } from './notices/notices.module.js';
import { AuditModule } from './audit/audit.module.js';
import { OverviewModule } from './overview/overview.module.js';
import { TaskSearchModule } from './task-search/task-search.module.js';
import { PauseActsModule } from './pauses/pause-acts.module.js';
import { PausesModule } from './pauses/pauses.module.js';
import { PagingModule } from './paging/paging.module.js';
import { PROCESS_ID } from './process-id.token.js';
import { TaskTypesModule } from './task-types/task-types.module.js';
import { TaskChangesModule } from './task-events/task-changes.module.js';
import { TaskStateModule } from './tasks/task-state.module.js';
import { TasksModule } from './tasks/tasks.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { WorkersModule } from './workers/workers.module.js';

/** Hands the settings and the logger to every module. */
@Module({})
class ProcessModule {
  static forRoot(env: ApiEnv, logger: Logger): DynamicModule {
    const providers = [
      { provide: API_ENV, useValue: env },
      { provide: LOGGER, useValue: logger },
      { provide: PROCESS_ID, useFactory: () => uuidv4() },
    ];
    return { module: ProcessModule, global: true, providers, exports: providers };
  }
}

/** The API app. */
@Module({})
export class AppModule {
  static forRoot(env: ApiEnv, logger: Logger): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ProcessModule.forRoot(env, logger),
        PrometheusModule.register({ path: '/metrics', controller: MetricsController }),
        DatabaseModule,
        TaskTypesModule,
        BrokerModule,
        AuditModule,
        PausesModule,
        AccessModule,
        PagingModule,
        WorkersModule,
        EstimatesModule,
        WebhooksModule,
        DownloadsModule,
        DeliveriesModule,
        NoticesModule,
        TaskStateModule,
        TaskChangesModule,
        TasksModule,
        IntakeModule,
        AlbumsModule,
        ImportsModule,
        PauseActsModule,
        TaskSearchModule,
        OverviewModule,
      ],
      controllers: [HealthController],
      providers: [MessageChecks, Readiness],
    };
  }
}
