import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/**
 * A structured logger: one JSON object a line on standard output, times in ISO 8601, secrets in URLs and headers
 * removed. Bind a task to it with `logger.child({ taskId })`, so that one id follows a photo from end to end.
 */
export function createLogger(name: string, level: string): Logger {
  return pino({
    name,
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: ['req.headers.authorization', 'req.headers.cookie'], remove: true },
  });
}
