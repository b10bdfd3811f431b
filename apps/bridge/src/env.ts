import {
  artifactPlaceOf,
  artifactStoreSettings,
  S3_KEYS_APART,
  s3KeysGoTogether,
  type ArtifactPlace,
} from '@app/artifact-store';
import {
  commaList,
  durationMs,
  logLevel,
  parseEnv,
  port,
  toTracingSettings,
  tracingShape,
  type TracingSettings,
} from '@app/runtime';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { isAbsolute, normalize, resolve } from 'node:path';
import { z } from 'zod';

/** Where Linux says which file a descriptor really is; without it a link that is swapped meanwhile goes unseen. */
const OPEN_FILES = '/proc/self/fd';

/** Redis takes any bytes; these are what people can type, and what a log line can hold. */
const keyName = (byDefault: string) =>
  z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 visible ASCII characters')
    .default(byDefault);

const imageDirs = commaList('')
  .refine((dirs) => dirs.every((dir) => isAbsolute(dir)), {
    error: 'must be absolute folders with commas between',
  })
  .refine((dirs) => dirs.every((dir) => normalize(dir) !== '/'), {
    error: 'may not be the root of the file system, below which everything is',
  })
  .refine((dirs) => dirs.length === 0 || existsSync(OPEN_FILES), {
    error: `needs a system that has ${OPEN_FILES} (Linux): files of others cannot be opened safely without it`,
  });

const schema = z.object({
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' }),
  AMQP_URL: z
    .url({ protocol: /^amqps?$/, error: 'must be an amqp:// or amqps:// URL' })
    .default('amqp://127.0.0.1:5672'),
  AMQP_DECLARE: z.stringbool().default(true),
  AMQP_QUEUE_TYPE: z.enum(['classic', 'quorum'], { error: 'must be classic or quorum' }).default('classic'),
  DATA_DIR: z.string().default('./data'),
  ...artifactStoreSettings,
  BRIDGE_HOST: z.string().default('127.0.0.1'),
  BRIDGE_PORT: port(3201),
  BRIDGE_NAME: z
    .string()
    .regex(/^[\w.@-]{1,100}$/, 'must be 1 to 100 letters, digits or . _ @ -')
    .optional(),
  BRIDGE_IMAGE_DIRS: imageDirs,
  BRIDGE_OUTPUT_DIR: z
    .string()
    .refine((dir) => isAbsolute(dir), { error: 'must be an absolute folder' })
    .optional(),
  BRIDGE_API_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).optional(),
  BRIDGE_STREAM: keyName('photo_repair_tasks'),
  BRIDGE_GROUP: keyName('repair_workers'),
  BRIDGE_FAILED_STREAM: keyName('failed_tasks'),
  BRIDGE_RESULTS_STREAM: keyName('repair_results'),
  BRIDGE_CLAIM_AFTER: durationMs('60s').refine((ms) => ms >= 1000, 'must be at least 1s'),
  MAX_UPLOAD_BYTES: z.coerce
    .number()
    .int()
    .min(1024)
    .default(20 * 1024 * 1024),
  SHUTDOWN_GRACE: durationMs('10s'),
  LOG_LEVEL: logLevel,
  ...tracingShape,
  PHOTO_REPAIR_EXIT_WITH_PARENT: z.stringbool().default(false),
});

/** The settings of a bridge process. Paths are absolute, sizes are bytes, durations are milliseconds. */
export interface BridgeEnv {
  redisUrl: string;
  amqpUrl: string;
  /** False where the RabbitMQ user may not make queues and exchanges: the API makes them. */
  amqpDeclare: boolean;
  /** Of the queues without priorities; the same in every program. */
  amqpQueueType: 'classic' | 'quorum';
  /** Where photos and results are kept. */
  artifacts: ArtifactPlace;
  host: string;
  port: number;
  /** The consumer's name in the group; two bridges may not have the same one. */
  name: string;
  /** Below which folders an `image_path` may lie; empty: none is taken. */
  imageDirs: string[];
  /** Where results are written as `<user>/<entry id>.jpg`; null: nowhere. */
  outputDir: string | null;
  /** How this process reaches the API, where that is not as the outside does; null: as the links in answers say. */
  apiUrl: string | null;
  /** The stream that other systems add their tasks to, and the group whose place in it the bridge takes. */
  stream: string;
  group: string;
  /** What could not be taken in, or did not succeed. */
  failedStream: string;
  /** What succeeded. */
  resultsStream: string;
  /** An entry that its consumer has not touched for so long is taken over. */
  claimAfterMs: number;
  maxUploadBytes: number;
  /** How long the entries in hand may take to be handed on once the process is asked to stop. */
  shutdownGraceMs: number;
  logLevel: string;
  /** Where spans go; to nowhere unless told. */
  tracing: TracingSettings;
  exitWithParent: boolean;
}

/** Reads the settings. @throws EnvError listing all that are wrong. */
export function readEnv(source: Record<string, string | undefined> = process.env): BridgeEnv {
  const env = parseEnv(schema.refine(s3KeysGoTogether, S3_KEYS_APART), source);
  return {
    redisUrl: env.REDIS_URL,
    amqpUrl: env.AMQP_URL,
    amqpDeclare: env.AMQP_DECLARE,
    amqpQueueType: env.AMQP_QUEUE_TYPE,
    artifacts: artifactPlaceOf(env, resolve(env.DATA_DIR)),
    host: env.BRIDGE_HOST,
    port: env.BRIDGE_PORT,
    name: env.BRIDGE_NAME ?? `${hostname()}-${process.pid}`,
    imageDirs: env.BRIDGE_IMAGE_DIRS.map((dir) => resolve(dir)),
    outputDir: env.BRIDGE_OUTPUT_DIR === undefined ? null : resolve(env.BRIDGE_OUTPUT_DIR),
    apiUrl: env.BRIDGE_API_URL ?? null,
    stream: env.BRIDGE_STREAM,
    group: env.BRIDGE_GROUP,
    failedStream: env.BRIDGE_FAILED_STREAM,
    resultsStream: env.BRIDGE_RESULTS_STREAM,
    claimAfterMs: env.BRIDGE_CLAIM_AFTER,
    maxUploadBytes: env.MAX_UPLOAD_BYTES,
    shutdownGraceMs: env.SHUTDOWN_GRACE,
    logLevel: env.LOG_LEVEL,
    tracing: toTracingSettings(env),
    exitWithParent: env.PHOTO_REPAIR_EXIT_WITH_PARENT,
  };
}
