import { z } from 'zod';

/** Thrown by `parseEnv`; its message lists every wrong setting on a line of its own and never shows a value. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
}

/**
 * Reads the settings of a process, once, at its start. Called only from `env.ts` files, which are the only
 * places that may read `process.env`. An empty string counts as not set, so that `FOO= npm start` means the default.
 *
 * @throws EnvError naming every setting that is wrong, together.
 */
export function parseEnv<T extends z.ZodType>(
  schema: T,
  source: Record<string, string | undefined>,
): z.output<T> {
  const given = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `  ${issue.path.join('.') || '(all)'}: ${issue.message}`,
  );
  throw new EnvError(`These settings are not right:\n${problems.join('\n')}`);
}

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const MS_PER_UNIT = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** A setting that is a duration: a number with a unit (`500ms`, `300s`, `5m`, `2h`); gives milliseconds. */
export function durationMs(defaultValue: string) {
  return z
    .string()
    .default(defaultValue)
    .transform((text, context) => {
      const match = DURATION.exec(text.trim());
      if (match) return Math.round(Number(match[1]) * MS_PER_UNIT[match[2] as keyof typeof MS_PER_UNIT]);
      context.addIssue({ code: 'custom', message: 'must be a duration with a unit, like 300s or 5m' });
      return z.NEVER;
    });
}

/** A setting that is a list of durations with commas between (`5s,30s`); gives milliseconds. */
export function durationListMs(defaultValue: string) {
  const duration = durationMs('0s');
  return commaList(defaultValue).transform((texts, context) =>
    texts.map((text) => {
      const parsed = duration.safeParse(text);
      if (parsed.success) return parsed.data;
      context.addIssue({ code: 'custom', message: 'must be a list of durations with a unit, like 5s,30s' });
      return z.NEVER;
    }),
  );
}

/** A setting that is a TCP port; 0 lets the system choose a free one. */
export function port(defaultValue: number) {
  return z.coerce
    .number('must be a port number')
    .int('must be a port number')
    .min(0, 'must be at least 0')
    .max(65_535, 'must be at most 65535')
    .default(defaultValue);
}

/** A setting that is a list with commas between; entries are trimmed, empty ones dropped. */
export function commaList(defaultValue: string) {
  return z
    .string()
    .default(defaultValue)
    .transform((text) =>
      text
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
    );
}

/** The log levels of pino, the least talkative first. */
export const logLevel = z
  .enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'], {
    error: 'must be one of silent, fatal, error, warn, info, debug, trace',
  })
  .default('info');
