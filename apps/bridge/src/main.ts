import { createLogger, failStart, handleShutdown, startTracing } from '@app/runtime';
import { createApp } from './create-app.js';
import { readEnv } from './env.js';

/** What closing may take beyond the grace that the entries in hand have. */
const CLOSING_MS = 10_000;

try {
  const env = readEnv();
  const logger = createLogger(env.name, env.logLevel);
  const tracing = await startTracing(env.tracing, logger, 'bridge', env.name);
  const app = await createApp(env, logger);
  handleShutdown({
    close: () => app.close(),
    flush: () => tracing.stop(),
    server: app.getHttpServer(),
    forceAfterMs: env.shutdownGraceMs + CLOSING_MS,
    logger,
    exitWithParent: env.exitWithParent,
  });
  await app.listen(env.port, env.host);
  logger.info({ url: await app.getUrl() }, 'listening');
} catch (error) {
  failStart(error);
}
