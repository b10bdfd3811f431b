/** A line of a program's log, read. */
export interface LogEntry {
  /** ISO 8601. */
  time: string;
  program: string;
  level: string;
  message: string;
  /** What else it says, in its order. */
  rest: [string, unknown][];
  /** As it stands in the file. */
  text: string;
}

/** What a line is found by, and what stands in columns of its own. */
const IDS = ['taskId', 'trace_id', 'requestId'] as const;
const COLUMNS = new Set<string>(['time', 'name', 'level', 'msg', 'pid', 'span_id', ...IDS]);
/** A trace's id in a `traceparent`. */
const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/;

/**
 * The lines about one photo out of the logs of all programs, in the order of their times. `id` is that of the task, of its
 * trace (or a whole `traceparent`), or of the request that sent it: from a line that has it, the lines of the same task
 * and, where the trace is of one task only, of the same trace are found, too.
 */
export function photoLog(logs: readonly string[], id: string): LogEntry[] {
  const wanted = TRACEPARENT.exec(id)?.[1] ?? id;
  const entries = logs.flatMap((log) => log.split('\n')).flatMap((text) => readLine(text) ?? []);
  const named = entries.filter((entry) => IDS.some((field) => entry.fields[field] === wanted));
  const tasks = new Set<unknown>(
    named.map(({ fields }) => fields['taskId']).filter((task) => task !== undefined),
  );
  const traces = new Set<unknown>(
    named.map(({ fields }) => fields['trace_id']).filter((trace) => trace !== undefined),
  );
  return entries
    .filter(
      (entry) =>
        named.includes(entry) ||
        tasks.has(entry.fields['taskId']) ||
        // Many photos of one request are in one trace.
        (entry.fields['taskId'] === undefined && traces.has(entry.fields['trace_id'])),
    )
    .map(({ entry }) => entry)
    .toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

/** For a person: the time of day, the program, what happened, and what else is known of it. */
export function toLine({ time, program, level, message, rest }: LogEntry): string {
  const details = rest.map(([name, value]) => `${name}=${shown(value)}`).join(' ');
  const mark = ['warn', 'error', 'fatal'].includes(level) ? `${level.toUpperCase()} ` : '';
  return `${time.slice(11, 23)}  ${program.padEnd(10)}  ${mark}${message}${details === '' ? '' : `  ${details}`}`;
}

function readLine(text: string): { entry: LogEntry; fields: Record<string, unknown> } | undefined {
  if (!text.startsWith('{')) return undefined;
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    // The last line of a program that was killed may be half a one.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const { time, name, level, msg } = fields;
  const rest = Object.entries(fields).filter(([field]) => !COLUMNS.has(field));
  const entry = {
    time: String(time),
    program: String(name),
    level: String(level),
    message: String(msg),
    rest,
    text,
  };
  return { entry, fields };
}

/** Of an error its message; a stack is in the file. */
function shown(value: unknown): string {
  if (value !== null && typeof value === 'object' && 'message' in value) return JSON.stringify(value.message);
  return typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value);
}
