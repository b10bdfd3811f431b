import { engineAddress } from '@app/comfyui';
import { commaList, durationMs, parseEnv } from '@app/runtime';
import { hostname } from 'node:os';
import { z } from 'zod';
import type { ScalingRules } from './scaling-decision.js';

/** `0` as `0s`. */
const zero = (value: unknown) => (value === '0' ? '0s' : value);
const count = (least: number) => z.coerce.number().int().min(least).max(1000);

const schema = z.object({
  AUTOSCALE_MIN: count(0).default(1),
  AUTOSCALE_MAX: count(1).optional(),
  AUTOSCALE_PER_WORKER: z.coerce.number().int().min(1).max(1_000_000).default(100),
  AUTOSCALE_BESIDES: count(0).default(0),
  AUTOSCALE_MAX_WAIT: z.preprocess(
    zero,
    z.union([z.undefined(), durationMs('0s')], { error: 'must be a duration with a unit, like 150s, or 0' }),
  ),
  AUTOSCALE_INTERVAL: durationMs('15s'),
  AUTOSCALE_COOLDOWN: durationMs('5m'),
  AUTOSCALE_SHARE: count(1).default(1),
  AUTOSCALE_NAME: z
    .string()
    .regex(/^[\w.-]{1,80}$/, 'must be 1 to 80 letters, digits, ., _ or -')
    .optional(),
  AUTOSCALE_COMMAND: z.string().optional(),
  AUTOSCALE_COMMAND_LIMIT: durationMs('60s'),
  AUTOSCALE_KEEP: z.stringbool().default(false),
  COMFYUI_URLS: commaList('').pipe(
    z.array(z.url({ protocol: /^https?$/, error: 'must be http:// or https:// URLs with commas between' })),
  ),
  TASK_TYPES: commaList(''),
  QUEUE_TIMEOUT: z.preprocess(zero, durationMs('300s')),
  BROKER_ACK_TIMEOUT: durationMs('30m'),
});

type Settings = z.infer<typeof schema>;

/** Each worker has an engine of its own, unless the operator lets several share one. */
const places = ({ COMFYUI_URLS, AUTOSCALE_SHARE }: Settings) => COMFYUI_URLS.length * AUTOSCALE_SHARE;
const hasCommand = ({ AUTOSCALE_COMMAND }: Settings) => AUTOSCALE_COMMAND !== undefined;
const highest = (env: Settings) => env.AUTOSCALE_MAX ?? places(env);

const checked = schema
  .refine((env) => hasCommand(env) || env.COMFYUI_URLS.length > 0, {
    path: ['COMFYUI_URLS'],
    error: 'names no engine (--engines); each worker needs one of its own',
  })
  .refine((env) => new Set(env.COMFYUI_URLS.map(engineAddress)).size === env.COMFYUI_URLS.length, {
    path: ['COMFYUI_URLS'],
    error: 'names an engine twice; several workers for each engine are AUTOSCALE_SHARE (--share)',
  })
  .refine((env) => !hasCommand(env) || env.AUTOSCALE_MAX !== undefined, {
    path: ['AUTOSCALE_MAX'],
    error: 'has to be set (--max) where a command looks after the workers',
  })
  .refine((env) => hasCommand(env) || env.COMFYUI_URLS.length === 0 || highest(env) <= places(env), {
    path: ['AUTOSCALE_MAX'],
    error:
      'is more than there are engines in COMFYUI_URLS (--engines), with AUTOSCALE_SHARE (--share) workers each',
  })
  .refine((env) => env.AUTOSCALE_MIN <= Math.max(1, highest(env)), {
    path: ['AUTOSCALE_MIN'],
    error: 'is more than AUTOSCALE_MAX, or than there are engines',
  })
  .refine((env) => env.AUTOSCALE_INTERVAL >= 100, {
    path: ['AUTOSCALE_INTERVAL'],
    error: 'must be at least 100ms',
  });

/** The settings of `photo-repair autoscale`. Durations are milliseconds. */
export interface AutoscaleEnv {
  rules: ScalingRules;
  /** Engines, one for each worker; with credentials. */
  engines: string[];
  /** Workers that may use the same engine. */
  share: number;
  /** Of the workers; a number follows. */
  namePrefix: string;
  /** The task types that are counted and taken; none: all. */
  taskTypes: string[];
  /** Looks after the workers in place of processes of this machine. */
  command: string | undefined;
  commandLimitMs: number;
  /** Whether the workers go on when this ends. */
  keep: boolean;
  /** A worker that is asked to stop may finish its photo for so long: no message may be held for longer. */
  workerGraceMs: number;
}

type Source = Record<string, string | undefined>;

/** @param flags of the command line, by the names of the settings that they stand for. @throws EnvError. */
export function readAutoscaleEnv(flags: Source = {}, source: Source = process.env): AutoscaleEnv {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  const env = parseEnv(checked, { ...source, ...Object.fromEntries(given) });
  const maxWaitMs = env.AUTOSCALE_MAX_WAIT ?? env.QUEUE_TIMEOUT / 2;
  return {
    rules: {
      min: env.AUTOSCALE_MIN,
      max: highest(env),
      perWorker: env.AUTOSCALE_PER_WORKER,
      besides: env.AUTOSCALE_BESIDES,
      maxWaitMs: maxWaitMs === 0 ? null : maxWaitMs,
      intervalMs: env.AUTOSCALE_INTERVAL,
      cooldownMs: env.AUTOSCALE_COOLDOWN,
    },
    engines: env.COMFYUI_URLS,
    share: env.AUTOSCALE_SHARE,
    namePrefix:
      env.AUTOSCALE_NAME ??
      `${hostname()
        .replaceAll(/[^\w.-]/g, '-')
        .slice(0, 60)}-auto`,
    taskTypes: env.TASK_TYPES,
    command: env.AUTOSCALE_COMMAND,
    commandLimitMs: env.AUTOSCALE_COMMAND_LIMIT,
    keep: env.AUTOSCALE_KEEP,
    workerGraceMs: env.BROKER_ACK_TIMEOUT,
  };
}

/** What the operator's command finds in its environment, on top of ours; the API key is not its business. */
export function commandSettings(call: { wanted: number; idle: readonly string[] }): Record<string, string> {
  return {
    AUTOSCALE_WANTED: String(call.wanted),
    AUTOSCALE_IDLE: call.idle.join(','),
    PHOTO_REPAIR_KEY: '',
  };
}
