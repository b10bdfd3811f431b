import { commaList, durationMs, logLevel, parseEnv, port } from '@app/runtime';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';

/** The longest that a prompt may wait in an engine's own queue, behind other users of that engine. */
export const QUEUED_LIMIT_MS = 5 * 60_000;

/** What an attempt does beside waiting and running: storing the result, telling its outcome, settling. */
const SETTLING_MS = 60_000;

const settings = z.object({
  AMQP_URL: z
    .url({ protocol: /^amqps?$/, error: 'must be an amqp:// or amqps:// URL' })
    .default('amqp://127.0.0.1:5672'),
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
  WORKFLOWS_DIR: z.string().default('./workflows'),
  MAX_CONCURRENT_TASKS: z.coerce.number().int().min(1).max(64).default(1),
  RETRY_ATTEMPTS: z.coerce.number().int().min(0).max(10).default(2),
  RUN_TIMEOUT: durationMs('10m'),
  ENGINE_WAIT: durationMs('10m'),
  BROKER_ACK_TIMEOUT: durationMs('30m'),
  SHUTDOWN_GRACE: durationMs('60s'),
  LOG_LEVEL: logLevel,
  PHOTO_REPAIR_EXIT_WITH_PARENT: z.stringbool().default(false),
});

const schema = settings.refine(
  (env) => env.ENGINE_WAIT + QUEUED_LIMIT_MS + env.RUN_TIMEOUT + SETTLING_MS <= env.BROKER_ACK_TIMEOUT,
  {
    path: ['RUN_TIMEOUT'],
    error:
      'with ENGINE_WAIT and 6 minutes more it may not be above BROKER_ACK_TIMEOUT (30m when not set), which has to be ' +
      'the consumer_timeout of your RabbitMQ; raise both there and here, or lower RUN_TIMEOUT or ENGINE_WAIT',
  },
);

/** The settings of a worker process. Paths are absolute, durations are milliseconds. */
export interface WorkerEnv {
  amqpUrl: string;
  /** ComfyUI servers (or built-in engines); each task goes to the least busy one that answers. */
  comfyuiUrls: string[];
  /** Empty = every type of the workflow catalog. */
  taskTypes: string[];
  /** How this worker is called in events and logs. */
  name: string;
  host: string;
  port: number;
  dataDir: string;
  workflowsDir: string;
  maxConcurrentTasks: number;
  /** Attempts after the first one. */
  retryAttempts: number;
  /** The longest a prompt may run once the engine has started it. */
  runTimeoutMs: number;
  /**
   * The longest a task is held while no engine answers. It goes through the retry queue then and comes round again,
   * as often as it takes; each such round counts as an attempt, but none is the last one for it.
   */
  engineWaitMs: number;
  /** How long a running task may take to finish once the process is asked to stop. */
  shutdownGraceMs: number;
  logLevel: string;
  exitWithParent: boolean;
}

/** Reads the settings. @throws EnvError listing all that are wrong. */
export function readEnv(source: Record<string, string | undefined> = process.env): WorkerEnv {
  const env = parseEnv(schema, source);
  return {
    amqpUrl: env.AMQP_URL,
    comfyuiUrls: env.COMFYUI_URLS,
    taskTypes: env.TASK_TYPES,
    name: env.WORKER_NAME ?? `${hostname()}-${process.pid}`,
    host: env.WORKER_HOST,
    port: env.WORKER_PORT,
    dataDir: resolve(env.DATA_DIR),
    workflowsDir: resolve(env.WORKFLOWS_DIR),
    maxConcurrentTasks: env.MAX_CONCURRENT_TASKS,
    retryAttempts: env.RETRY_ATTEMPTS,
    runTimeoutMs: env.RUN_TIMEOUT,
    engineWaitMs: env.ENGINE_WAIT,
    shutdownGraceMs: env.SHUTDOWN_GRACE,
    logLevel: env.LOG_LEVEL,
    exitWithParent: env.PHOTO_REPAIR_EXIT_WITH_PARENT,
  };
}
