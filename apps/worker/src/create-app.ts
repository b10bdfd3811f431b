import { TaskServer } from '@app/messaging';
import { NestPinoLogger, showBuildInfo, type Logger } from '@app/runtime';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import type { WorkerEnv } from './env.js';

/** Builds the worker app: tasks come through its task server, probes and metrics through HTTP. Not listening yet. */
export async function createApp(env: WorkerEnv, logger: Logger): Promise<NestExpressApplication> {
  showBuildInfo('worker');
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(env, logger), {
    logger: new NestPinoLogger(logger),
    abortOnError: false,
  });
  app.disable('x-powered-by');
  app.connectMicroservice({ strategy: app.get(TaskServer) });
  return app;
}
