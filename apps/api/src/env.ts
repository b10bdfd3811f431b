import { commaList, durationMs, isLoopback, logLevel, parseEnv, port } from '@app/runtime';
import { resolve } from 'node:path';
import { z } from 'zod';

const DAY_MS = 24 * 60 * 60 * 1000;

const schema = z.object({
  API_HOST: z.string().default('127.0.0.1'),
  API_PORT: port(3000),
  AMQP_URL: z
    .url({ protocol: /^amqps?$/, error: 'must be an amqp:// or amqps:// URL' })
    .default('amqp://127.0.0.1:5672'),
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: z
    .string()
    .regex(/^(postgres(ql)?:\/\/|file:)/, 'must be a postgres:// URL, or file:PATH for the embedded database')
    .optional(),
  WORKFLOWS_DIR: z.string().default('./workflows'),
  WEB_DIR: z.string().default('./dist/apps/web'),
  MAX_UPLOAD_BYTES: z.coerce
    .number()
    .int()
    .min(1024)
    .default(20 * 1024 * 1024),
  MAX_IMAGE_PIXELS: z.coerce.number().int().min(256).default(50_000_000),
  QUEUE_MAX_WAITING: z.coerce.number().int().min(1).default(5000),
  QUEUE_TIMEOUT: z.preprocess(
    (text) => (text === '0' ? '0s' : text),
    // The broker counts a message's time in 32 bits of milliseconds, which is 49 days.
    durationMs('300s').refine((ms) => ms <= 30 * DAY_MS, 'must be at most 720h (30 days), or 0 for no limit'),
  ),
  OUTBOX_MAX_PENDING: z.coerce.number().int().min(1).default(1000),
  ALLOWED_ORIGINS: commaList(''),
  SHUTDOWN_GRACE: durationMs('10s'),
  LOG_LEVEL: logLevel,
  PHOTO_REPAIR_EXIT_WITH_PARENT: z.stringbool().default(false),
});

/** The settings of the API process. Paths are absolute, sizes are bytes, durations are milliseconds. */
export interface ApiEnv {
  host: string;
  port: number;
  amqpUrl: string;
  dataDir: string;
  /** `postgres://…`, or `file:<absolute path>` for the embedded database. */
  databaseUrl: string;
  workflowsDir: string;
  webDir: string;
  maxUploadBytes: number;
  maxImagePixels: number;
  /** Above this many waiting tasks new ones are refused with `queue_full`. */
  maxWaiting: number;
  /** How long a task may wait for a worker where its type says nothing else; 0 for ever. */
  queueTimeoutMs: number;
  /** Above this many tasks that RabbitMQ has not got, new ones are refused with `broker_backlog_full` while it is away. */
  maxOutboxPending: number;
  /** True when only this machine can reach it. */
  loopbackOnly: boolean;
  /** Origins beside our own that may use the API: a proxy in front of it, or another page. */
  allowedOrigins: string[];
  shutdownGraceMs: number;
  logLevel: string;
  exitWithParent: boolean;
}

/** Reads the settings. @throws EnvError listing all that are wrong. */
export function readEnv(source: Record<string, string | undefined> = process.env): ApiEnv {
  const env = parseEnv(schema, source);
  const dataDir = resolve(env.DATA_DIR);
  return {
    host: env.API_HOST,
    port: env.API_PORT,
    amqpUrl: env.AMQP_URL,
    dataDir,
    databaseUrl: env.DATABASE_URL ?? `file:${resolve(dataDir, 'photo-repair.db')}`,
    workflowsDir: resolve(env.WORKFLOWS_DIR),
    webDir: resolve(env.WEB_DIR),
    maxUploadBytes: env.MAX_UPLOAD_BYTES,
    maxImagePixels: env.MAX_IMAGE_PIXELS,
    maxWaiting: env.QUEUE_MAX_WAITING,
    queueTimeoutMs: env.QUEUE_TIMEOUT,
    maxOutboxPending: env.OUTBOX_MAX_PENDING,
    loopbackOnly: isLoopback(env.API_HOST),
    allowedOrigins: env.ALLOWED_ORIGINS,
    shutdownGraceMs: env.SHUTDOWN_GRACE,
    logLevel: env.LOG_LEVEL,
    exitWithParent: env.PHOTO_REPAIR_EXIT_WITH_PARENT,
  };
}
