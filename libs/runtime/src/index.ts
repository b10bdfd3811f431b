export { commaList, durationListMs, durationMs, EnvError, logLevel, parseEnv, port } from './env.js';
export { keepOnce, type Kept } from './keep-once.js';
export { createLogger, type Logger } from './logger.js';
export { isLoopback } from './loopback.js';
export { NestPinoLogger } from './nest-pino-logger.js';
export { projectDir, productVersion } from './product.js';
export { showBuildInfo } from './build-info.js';
export { failStart, handleShutdown, type ShutdownOptions } from './process-life.js';
export {
  inNewTaskTrace,
  inRequest,
  inTaskTrace,
  newTrace,
  outsideOfTraces,
  type TracedTask,
} from './tracing/task-trace.js';
export { type TraceContext } from './tracing/trace-context.js';
export { startTracing, type Tracing } from './tracing/tracing.js';
export { toTracingSettings, tracingShape, type TracingSettings } from './tracing/tracing-settings.js';
