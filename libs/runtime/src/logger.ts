import { pino, type DestinationStream, type Logger } from 'pino';
import { describeError } from './describe-error.js';
import { traceOfLine } from './tracing/task-trace.js';

export type { Logger } from 'pino';

/** User and password of a URL, anywhere in a log line. */
const CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s"/]*@/gi;

/**
 * A structured logger: one JSON object a line on standard output, times in ISO 8601. A task's id is called `taskId`
 * wherever it stands, so that one id follows a photo from end to end. A line that is written in the trace of a task or of
 * a request (`inTaskTrace`) says so: `taskId` where it has none itself, `trace_id`, and `span_id` where the span is
 * exported, by the names of OpenTelemetry's specification for logs.
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
      mixin: (line) => traceOfLine(line),
      hooks: { streamWrite: (line) => line.replace(CREDENTIALS, '$1') },
    },
    destination ?? pino.destination(1),
  );
}
