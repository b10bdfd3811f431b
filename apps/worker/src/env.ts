import {
  artifactPlaceOf,
  artifactStoreSettings,
  S3_KEYS_APART,
  s3KeysGoTogether,
  type ArtifactPlace,
} from '@app/artifact-store';
import {
  commaList,
  durationListMs,
  durationMs,
  logLevel,
  parseEnv,
  port,
  toTracingSettings,
  tracingShape,
  type TracingSettings,
} from '@app/runtime';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { CLOUDS, type Cloud } from './departure/cloud-notices.js';

/** The longest that a prompt may wait in an engine's own queue, behind other users of that engine. */
export const QUEUED_LIMIT_MS = 5 * 60_000;

/** The longest that the task server holds a task that it took ahead, before it has begun. */
const AHEAD_LIMIT_MS = 4 * 60_000;

/** What an attempt does beside waiting and running: storing the result, telling its outcome, settling. */
const SETTLING_MS = 60_000;

/** Beyond it a message would be a day old before anybody sees that it fails. */
const LONGEST_RETRY_DELAY_MS = 24 * 3_600_000;

const retryDelays = durationListMs('5s,30s')
  .refine((delays) => delays.length > 0 && delays.length <= 10, { error: 'must name 1 to 10 durations' })
  .refine((delays) => delays.every((delay, index) => delay > (delays[index - 1] ?? 0)), {
    error: 'must be above 0 and grow from one to the next, like 5s,30s',
  })
  .refine((delays) => delays.every((delay) => delay <= LONGEST_RETRY_DELAY_MS), {
    error: 'names a delay of more than 24h',
  });

/** `80` and `80%` alike. */
const percent = (byDefault: string) =>
  z
    .string()
    .default(byDefault)
    .transform((text) => Number(/^(\d{1,3})\s*%?$/.exec(text.trim())?.[1] ?? Number.NaN))
    .pipe(z.number({ error: 'must be a whole percentage, like 80%' }).min(1).max(100));

/** The program to ask; null to ask none. */
const nvidiaSmi = z
  .string()
  .default('auto')
  .transform((text) => (text === 'off' ? null : text === 'auto' || text === '' ? 'nvidia-smi' : text));

/** One of the clouds by name, or an address of one's own; null without one. */
const noticeAddress = z
  .string()
  .optional()
  .transform((value, context): NoticeAddress | null => {
    if (value === undefined) return null;
    const cloud = CLOUDS.find((known) => known === value);
    if (cloud) return { cloud };
    if (z.url({ protocol: /^https?$/ }).safeParse(value).success) return { url: value };
    context.addIssue({ code: 'custom', message: `must be ${CLOUDS.join(', ')} or an http(s):// URL` });
    return z.NEVER;
  });

const settings = z.object({
  AMQP_URL: z
    .url({ protocol: /^amqps?$/, error: 'must be an amqp:// or amqps:// URL' })
    .default('amqp://127.0.0.1:5672'),
  AMQP_DECLARE: z.stringbool().default(true),
  AMQP_QUEUE_TYPE: z.enum(['classic', 'quorum'], { error: 'must be classic or quorum' }).default('classic'),
  COMFYUI_URLS: commaList('http://127.0.0.1:8188').pipe(
    z
      .array(z.url({ protocol: /^https?$/, error: 'must be a list of http:// or https:// URLs' }))
      .min(1, 'names no engine'),
  ),
  TASK_TYPES: commaList(''),
  WORKER_NAME: z.string().max(100).optional(),
  WORKER_HOST: z.string().default('127.0.0.1'),
  WORKER_PORT: port(3001),
  DATA_DIR: z.string().default('./data'),
  ...artifactStoreSettings,
  WORKFLOWS_DIR: z.string().default('./workflows'),
  MAX_CONCURRENT_TASKS: z.coerce.number().int().min(1).max(64).default(1),
  WORKER_LOOKAHEAD: z.coerce.number().int().min(0).max(8).default(1),
  GPU_MEMORY_THRESHOLD: percent('80%'),
  NVIDIA_SMI: nvidiaSmi,
  ENGINE_WARM_UP: z.stringbool().default(true),
  RETRY_ATTEMPTS: z.coerce.number().int().min(0).max(10).default(2),
  RETRY_DELAYS: retryDelays,
  RUN_TIMEOUT: durationMs('10m'),
  ENGINE_WAIT: durationMs('10m'),
  BROKER_ACK_TIMEOUT: durationMs('30m'),
  SHUTDOWN_GRACE: durationMs('60s'),
  TERMINATION_NOTICE_PATH: z.string().min(1).optional(),
  TERMINATION_NOTICE_URL: noticeAddress,
  LOG_LEVEL: logLevel,
  ...tracingShape,
  PHOTO_REPAIR_EXIT_WITH_PARENT: z.stringbool().default(false),
});

/** A task that is held ahead may spend the same time waiting for an engine, so only the longer of the two counts. */
const longestHoldMs = (env: z.infer<typeof settings>): number =>
  Math.max(env.ENGINE_WAIT, AHEAD_LIMIT_MS) + QUEUED_LIMIT_MS + env.RUN_TIMEOUT + SETTLING_MS;

const schema = settings.refine((env) => longestHoldMs(env) <= env.BROKER_ACK_TIMEOUT, {
  path: ['RUN_TIMEOUT'],
  error:
    'with ENGINE_WAIT (or 4 minutes, if that is less) and 6 minutes more it may not be above BROKER_ACK_TIMEOUT (30m ' +
    'when not set), which has to be the consumer_timeout of your RabbitMQ; raise both there and here, or lower ' +
    'RUN_TIMEOUT or ENGINE_WAIT',
});

/** Where a machine is told that it will be taken away: what its cloud says, or a page that appears (2xx). */
type NoticeAddress = { cloud: Cloud } | { url: string };

/** The settings of a worker process. Paths are absolute, durations are milliseconds. */
export interface WorkerEnv {
  amqpUrl: string;
  /** False where the RabbitMQ user may not make queues and exchanges: the API makes them. */
  amqpDeclare: boolean;
  /** Of the queues without priorities; the same in every program. */
  amqpQueueType: 'classic' | 'quorum';
  /** ComfyUI servers (or built-in engines). */
  comfyuiUrls: string[];
  /** Empty = every type of the workflow catalog. */
  taskTypes: string[];
  /** How this worker is called in events and logs. */
  name: string;
  host: string;
  port: number;
  /** Where photos and results are kept. */
  artifacts: ArtifactPlace;
  workflowsDir: string;
  /** Tasks that run at most in each engine. */
  maxConcurrentTasks: number;
  /** Tasks that wait in each engine at most behind those that run, and go back where another worker is idle. */
  lookahead: number;
  /** An engine gets no task while others than itself hold more of its GPU's memory than this. */
  gpuMemoryThresholdPercent: number;
  /** The `nvidia-smi` to ask about the cards of this machine's engines; null: none. */
  nvidiaSmi: string | null;
  /** Whether an engine loads the models that its tasks will need before it gets the first one. */
  engineWarmUp: boolean;
  /** Attempts after the first one. */
  retryAttempts: number;
  /** Waits before the second, the third, … attempt, growing; later ones wait as long as the last. */
  retryDelaysMs: number[];
  /** The longest a prompt may run once the engine has started it. */
  runTimeoutMs: number;
  /**
   * The longest a task that was taken is held while no engine has a place for it. It waits out the longest retry delay then and
   * comes round again, as the same attempt, as often as it takes. While no engine answers none is taken, either.
   */
  engineWaitMs: number;
  /** How long a running task may take to finish once the process is asked to stop. */
  shutdownGraceMs: number;
  /** Where it is looked whether the machine will be taken away: a file that appears, an address; null: there not. */
  terminationNotice: { path: string | null; address: NoticeAddress | null };
  logLevel: string;
  /** Where spans go; to nowhere unless told. */
  tracing: TracingSettings;
  exitWithParent: boolean;
}

/** Reads the settings. @throws EnvError listing all that are wrong. */
export function readEnv(source: Record<string, string | undefined> = process.env): WorkerEnv {
  const env = parseEnv(schema.refine(s3KeysGoTogether, S3_KEYS_APART), source);
  return {
    amqpUrl: env.AMQP_URL,
    amqpDeclare: env.AMQP_DECLARE,
    amqpQueueType: env.AMQP_QUEUE_TYPE,
    comfyuiUrls: env.COMFYUI_URLS,
    taskTypes: env.TASK_TYPES,
    name: env.WORKER_NAME ?? `${hostname()}-${process.pid}`,
    host: env.WORKER_HOST,
    port: env.WORKER_PORT,
    artifacts: artifactPlaceOf(env, resolve(env.DATA_DIR)),
    workflowsDir: resolve(env.WORKFLOWS_DIR),
    maxConcurrentTasks: env.MAX_CONCURRENT_TASKS,
    lookahead: env.WORKER_LOOKAHEAD,
    gpuMemoryThresholdPercent: env.GPU_MEMORY_THRESHOLD,
    nvidiaSmi: env.NVIDIA_SMI,
    engineWarmUp: env.ENGINE_WARM_UP,
    retryAttempts: env.RETRY_ATTEMPTS,
    retryDelaysMs: env.RETRY_DELAYS,
    runTimeoutMs: env.RUN_TIMEOUT,
    engineWaitMs: env.ENGINE_WAIT,
    shutdownGraceMs: env.SHUTDOWN_GRACE,
    terminationNotice: {
      path: env.TERMINATION_NOTICE_PATH === undefined ? null : resolve(env.TERMINATION_NOTICE_PATH),
      address: env.TERMINATION_NOTICE_URL,
    },
    logLevel: env.LOG_LEVEL,
    tracing: toTracingSettings(env),
    exitWithParent: env.PHOTO_REPAIR_EXIT_WITH_PARENT,
  };
}
