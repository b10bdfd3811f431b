import { createLogger, failStart, handleShutdown, startTracing } from '@app/runtime';
import { createApp } from './create-app.js';
import { readEnv } from './env.js';

/** What closing may take beyond the grace that a running task has. */
const CLOSING_MS = 10_000;

try {
  const env = readEnv();
  const logger = createLogger(env.name, env.logLevel);
  const tracing = await startTracing(env.tracing, logger, 'worker', env.name);
  const app = await createApp(env, logger);
  handleShutdown({
    close: () => app.close(),
    flush: () => tracing.stop(),
    server: app.getHttpServer(),
    forceAfterMs: env.shutdownGraceMs + CLOSING_MS,
    logger,
    exitWithParent: env.exitWithParent,
  });
  // The port first: one that is taken ends the process, which may not have a task in hand then.
  await app.listen(env.port, env.host);
  await app.startAllMicroservices();
  logger.info({ url: await app.getUrl() }, 'listening');
} catch (error) {
  failStart(error);
}
