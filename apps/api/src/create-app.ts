import { NestPinoLogger, type Logger } from '@app/runtime';
import { ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { WsAdapter } from '@nestjs/platform-ws';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { AppModule } from './app.module.js';
import type { ApiEnv } from './env.js';
import { servePage } from './page/serve-page.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { requestId } from './problems/request-id.js';
import { validationProblem } from './problems/validation-problem.js';
import { siteGuard } from './security/site-guard.js';

/** Builds the API app, not listening yet. @throws what a module could not open (database, workflows). */
export async function createApp(env: ApiEnv, logger: Logger): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(env, logger), {
    logger: new NestPinoLogger(logger),
    abortOnError: false,
  });
  app.disable('x-powered-by');
  app.use(requestId);
  app.use(siteGuard(env));
  app.useWebSocketAdapter(new WsAdapter(app));
  app.useGlobalPipes(
    new ValidationPipe({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      exceptionFactory: validationProblem,
    }),
  );
  app.useGlobalFilters(new ProblemFilter(logger, { maxUploadBytes: env.maxUploadBytes }));
  servePage(app, env.webDir);
  serveDocs(app);
  return app;
}

function serveDocs(app: NestExpressApplication): void {
  const config = new DocumentBuilder()
    .setTitle('photo-repair')
    .setDescription('Queued restoration of old photographs: send a photo, follow its task, fetch the result.')
    .setVersion('1')
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, config), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
  });
}
