import { createLogger, failStart, handleShutdown, startTracing } from '@app/runtime';
import { createApp } from './create-app.js';
import { readEnv } from './env.js';

try {
  const env = readEnv();
  const logger = createLogger('api', env.logLevel);
  const tracing = await startTracing(env.tracing, logger, 'api');
  const app = await createApp(env, logger);
  handleShutdown({
    close: () => app.close(),
    flush: () => tracing.stop(),
    server: app.getHttpServer(),
    forceAfterMs: env.shutdownGraceMs,
    logger,
    exitWithParent: env.exitWithParent,
  });
  await app.listen(env.port, env.host);
  logger.info({ url: await app.getUrl() }, 'listening');
} catch (error) {
  failStart(error);
}
