import { createLogger, failStart, handleShutdown, startTracing } from '@app/runtime';
import { createColouriser } from './colour/create-colouriser.js';
import { createEngine } from './create-engine.js';
import { readEnv } from './env.js';

try {
  const env = readEnv();
  const logger = createLogger('engine', env.logLevel);
  const tracing = await startTracing(env.tracing, logger, 'engine');
  const colouriser = await createColouriser(env.onnxPath === undefined ? {} : { onnxPath: env.onnxPath });
  const engine = await createEngine({ dir: env.dir, keepMs: env.keepMs, colouriser, logger });
  const port = await engine.listen(env.port, env.host);
  handleShutdown({
    close: () => engine.close(),
    flush: () => tracing.stop(),
    forceAfterMs: env.shutdownGraceMs,
    logger,
    exitWithParent: env.exitWithParent,
  });
  logger.info({ url: `http://${env.host}:${port}`, colouring: colouriser.colouring }, 'listening');
} catch (error) {
  failStart(error);
}
