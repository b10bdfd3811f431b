import { pino, type DestinationStream, type Logger } from 'pino';
import { describeError } from './describe-error.js';

export type { Logger } from 'pino';

/** User and password of a URL, anywhere in a log line. */
const CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s"/]*@/gi;

/**
 * A structured logger: one JSON object a line on standard output, times in ISO 8601. Bind a task to it with
 * `logger.child({ taskId })`, so that one id follows a photo from end to end.
 *
 * Of an error under `err` it writes type, code, message, stack (4 KB at most) and the messages of its causes, nothing
 * else. User and password are removed from every `scheme://user:password@host` of a line. It knows no other secret:
 * do not log request objects, headers or settings.
 *
 * @param destination where lines go instead of standard output.
 */
export function createLogger(name: string, level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      name,
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      hooks: { streamWrite: (line) => line.replace(CREDENTIALS, '$1') },
    },
    destination ?? pino.destination(1),
  );
}
