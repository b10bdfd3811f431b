export { commaList, durationListMs, durationMs, EnvError, logLevel, parseEnv, port } from './env.js';
export { keepOnce, type Kept } from './keep-once.js';
export { createLogger, type Logger } from './logger.js';
export { isLoopback } from './loopback.js';
export { NestPinoLogger } from './nest-pino-logger.js';
export { projectDir, productVersion } from './product.js';
export { showBuildInfo } from './build-info.js';
export { failStart, handleShutdown, type ShutdownOptions } from './process-life.js';
