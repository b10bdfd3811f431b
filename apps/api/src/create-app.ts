import { NestPinoLogger, showBuildInfo, type Logger } from '@app/runtime';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { WsAdapter } from '@nestjs/platform-ws';
import { useAccess } from './access/use-access.js';
import { trustOf } from './access/trust-proxy.js';
import { AppModule } from './app.module.js';
import { serveDocs } from './docs/serve-docs.js';
import type { ApiEnv } from './env.js';
import { jsonBody } from './json/json-body.js';
import { timeRequests } from './metrics/http-metrics.js';
import { servePage } from './page/serve-page.js';
import { problemCounter } from './problems/problem-counter.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { requestId } from './problems/request-id.js';
import { RequestValidation } from './problems/validation.pipe.js';
import { askForBodiesLate } from './security/expect-continue.js';
import { countHeaders, refuseManyHeaders } from './security/many-headers.js';
import { refuseOddPaths } from './security/odd-paths.js';
import { limitServer } from './security/server-limits.js';
import { siteGuard } from './security/site-guard.js';
import { answerUnreadRequests } from './security/unread-requests.js';
import { traceRequests } from './tracing/trace-requests.js';

/** Builds the API app, not listening yet. @throws what a module could not open (database, workflows). */
export async function createApp(env: ApiEnv, logger: Logger): Promise<NestExpressApplication> {
  showBuildInfo('api');
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(env, logger), {
    logger: new NestPinoLogger(logger),
    abortOnError: false,
    bodyParser: false,
  });
  const count = problemCounter();
  guardServer(app, logger, count);
  app.disable('x-powered-by');
  app.set('trust proxy', trustOf(env.trustProxy));
  app.use(timeRequests(), requestId, traceRequests, refuseManyHeaders, refuseOddPaths, siteGuard(env));
  useAccess(app);
  app.use(jsonBody);
  app.useWebSocketAdapter(new WsAdapter(app));
  app.useGlobalPipes(new RequestValidation());
  app.useGlobalFilters(new ProblemFilter(logger, count));
  servePage(app, env.webDir);
  serveDocs(app);
  return app;
}

/** What is decided before Express sees a request. */
function guardServer(
  app: NestExpressApplication,
  logger: Logger,
  count: ReturnType<typeof problemCounter>,
): void {
  const server = app.getHttpServer();
  limitServer(server);
  countHeaders(server);
  askForBodiesLate(server);
  answerUnreadRequests(server, logger, count);
}
