import { z } from 'zod';
import { readSettingFiles } from './setting-files.js';

/** Thrown by `parseEnv`; its message lists every wrong setting on a line of its own and never shows a value. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
}

/**
 * Reads the settings of a process, once, at its start. Called only from `env.ts` files, which are the only
 * places that may read `process.env`. An empty string counts as not set, so that `FOO= npm start` means the default.
 * Any setting `NAME` may come from a file instead, which `NAME_FILE` names: text of at most 64 KiB, read once, white
 * space around it dropped. Both together, and a file that is empty or cannot be read, are problems like any other.
 *
 * @throws EnvError naming every setting that is wrong, together.
 */
export function parseEnv<T extends z.ZodObject>(
  schema: T,
  source: Record<string, string | undefined>,
): z.output<T> {
  const given = Object.fromEntries(
    Object.entries(source).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
    ),
  );
  const { values, fromFiles, problems } = readSettingFiles(given, Object.keys(schema.shape));
  const parsed = schema.safeParse(values);
  for (const { path, message } of parsed.error?.issues ?? []) {
    const fileSetting = fromFiles.get(String(path[0]));
    // A file that does not do has its own sentence already, and with it nothing more about the setting is known.
    if (fileSetting !== undefined && problems.some((problem) => problem.startsWith(`${fileSetting}:`)))
      continue;
    problems.push(`${fileSetting ?? (path.join('.') || '(all)')}: ${message}`);
  }
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new EnvError(`These settings are not right:\n${problems.map((line) => `  ${line}`).join('\n')}`);
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
