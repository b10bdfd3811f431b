import { NestPinoLogger, showBuildInfo, type Logger } from '@app/runtime';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import type { BridgeEnv } from './env.js';

/** Builds the bridge app: tasks come out of a Redis stream, probes and metrics through HTTP. Not listening yet. */
export async function createApp(env: BridgeEnv, logger: Logger): Promise<NestExpressApplication> {
  showBuildInfo('bridge');
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(env, logger), {
    logger: new NestPinoLogger(logger),
    abortOnError: false,
  });
  app.disable('x-powered-by');
  return app;
}
