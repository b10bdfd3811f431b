import type { Logger } from '@app/runtime';
import { Module, type DynamicModule } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { BrokerModule } from './broker/broker.module.js';
import { DatabaseModule } from './database/database.module.js';
import type { ApiEnv } from './env.js';
import { API_ENV } from './env.token.js';
import { HealthController } from './health/health.controller.js';
import { Readiness } from './health/readiness.js';
import { LOGGER } from './logger.token.js';
import { TaskTypesModule } from './task-types/task-types.module.js';
import { TasksModule } from './tasks/tasks.module.js';

/** Hands the settings and the logger to every module. */
@Module({})
class ProcessModule {
  static forRoot(env: ApiEnv, logger: Logger): DynamicModule {
    const providers = [
      { provide: API_ENV, useValue: env },
      { provide: LOGGER, useValue: logger },
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
        PrometheusModule.register({ path: '/metrics' }),
        DatabaseModule,
        TaskTypesModule,
        BrokerModule,
        TasksModule,
      ],
      controllers: [HealthController],
      providers: [Readiness],
    };
  }
}
