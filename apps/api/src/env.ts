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
  isLoopback,
  logLevel,
  parseEnv,
  port,
  toTracingSettings,
  tracingShape,
  type TracingSettings,
} from '@app/runtime';
import { resolve } from 'node:path';
import { z } from 'zod';
import { trustProxySetting, type TrustProxy } from './access/trust-proxy.js';

const DAY_MS = 24 * 60 * 60 * 1000;

const schema = z.object({
  API_HOST: z.string().default('127.0.0.1'),
  API_PORT: port(3000),
  AMQP_URL: z
    .url({ protocol: /^amqps?$/, error: 'must be an amqp:// or amqps:// URL' })
    .default('amqp://127.0.0.1:5672'),
  DATA_DIR: z.string().default('./data'),
  ...artifactStoreSettings,
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
  UPLOAD_IDLE_TIMEOUT: durationMs('60s').refine((ms) => ms >= 1000, 'must be at least 1s'),
  MAX_IMAGE_PIXELS: z.coerce.number().int().min(256).default(50_000_000),
  QUEUE_MAX_WAITING: z.coerce.number().int().min(1).default(50_000),
  QUEUE_TIMEOUT: z.preprocess(
    (text) => (text === '0' ? '0s' : text),
    // The broker counts a message's time in 32 bits of milliseconds, which is 49 days.
    durationMs('300s').refine((ms) => ms <= 30 * DAY_MS, 'must be at most 720h (30 days), or 0 for no limit'),
  ),
  BROKER_AWAY_MAX_WAITING: z.coerce.number().int().min(1).default(1000),
  ALBUM_MAX_PHOTOS: z.coerce.number().int().min(1).max(100_000).default(10_000),
  RETENTION: durationMs('720h').refine((ms) => ms >= 60_000, 'must be at least 1m'),
  ALLOWED_ORIGINS: commaList(''),
  TRUST_PROXY: trustProxySetting,
  INSTALLATION_SECRET: z.string().min(32, 'must be 32 or more characters').optional(),
  OPERATOR_KEY: z
    .string()
    .regex(/^prk_[\w-]{28,200}$/, 'must be prk_ and 28 or more letters, digits, - or _')
    .optional(),
  RATE_LIMIT: z.coerce.number().int().min(0).default(6000),
  VISITOR_QUOTA_BYTES: z.coerce
    .number()
    .int()
    .min(0)
    .default(20 * 1024 ** 3),
  LIVE_MAX_SOCKETS: z.coerce.number().int().min(1).default(20_000),
  LIVE_MAX_SOCKETS_PER_CALLER: z.coerce.number().int().min(1).default(200),
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).optional(),
  AMQP_DECLARE: z.stringbool().default(true),
  AMQP_QUEUE_TYPE: z.enum(['classic', 'quorum'], { error: 'must be classic or quorum' }).default('classic'),
  AMQP_INTAKE_URL: z.url({ protocol: /^amqps?$/, error: 'must be an amqp:// or amqps:// URL' }).optional(),
  AMQP_ANONYMOUS: z.enum(['off', 'queue', 'any'], { error: 'must be off, queue or any' }).default('queue'),
  AMQP_MAX_AGE: durationMs('24h'),
  IMAGE_URL_HOSTS: commaList(''),
  IMAGE_URL_TIMEOUT: durationMs('30s'),
  WEBHOOK_HOSTS: commaList(''),
  WEBHOOK_ALLOW_HTTP: z.stringbool().default(false),
  WEBHOOK_TIMEOUT: durationMs('15s'),
  WEBHOOK_RETRY_DELAYS: durationListMs('5s,30s,2m,10m,30m,1h,2h,4h,8h,8h'),
  OUTBOUND_PRIVATE_ADDRESSES: commaList(''),
  OPERATION_RATE: z.coerce.number().int().min(1).max(1000).default(20),
  SHUTDOWN_GRACE: durationMs('10s'),
  LOG_LEVEL: logLevel,
  ...tracingShape,
  PHOTO_REPAIR_EXIT_WITH_PARENT: z.stringbool().default(false),
});

/** The settings of the API process. Paths are absolute, sizes are bytes, durations are milliseconds. */
export interface ApiEnv {
  host: string;
  port: number;
  amqpUrl: string;
  dataDir: string;
  /** Where photos and results are kept. */
  artifacts: ArtifactPlace;
  /** `postgres://…`, or `file:<absolute path>` for the embedded database. */
  databaseUrl: string;
  workflowsDir: string;
  webDir: string;
  maxUploadBytes: number;
  /** An upload of which nothing has come for so long is given up. */
  uploadIdleMs: number;
  maxImagePixels: number;
  /** Above this many waiting tasks new ones are refused with `queue_full`. */
  maxWaiting: number;
  /** How long a task may wait for a worker where its type says nothing else; 0 for ever. */
  queueTimeoutMs: number;
  /** Above this many waiting tasks new ones are refused with `broker_backlog_full` while RabbitMQ is away. */
  maxWaitingWithoutBroker: number;
  /** Above this many photos an album takes no more (`album_full`). */
  albumMaxPhotos: number;
  /** How long photos are kept, from when they were sent. */
  retentionMs: number;
  /** True when only this machine can reach it. */
  loopbackOnly: boolean;
  /** Origins beside our own that may use the API: a proxy in front of it, or another page. */
  allowedOrigins: string[];
  /** The proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. */
  trustProxy: TrustProxy;
  /** From which API instances that share no data folder make their keys; undefined: the folder has them. */
  installationSecret: string | undefined;
  /** The operator's API key; undefined where the system makes one and keeps it in its data folder. */
  operatorKey: string | undefined;
  /** Requests a minute of one caller whose key says nothing else; 0 for as many as it likes. */
  rateLimit: number;
  /** How many bytes of originals a visitor may keep at once. */
  visitorQuotaBytes: number;
  /** Clients that may watch at this instance at the same time. */
  liveMaxSockets: number;
  /** And of one key, cookie or link, and from one address. */
  liveMaxSocketsPerCaller: number;
  /** How the outside reaches this API, for links in answers and webhooks; undefined: where it listens. */
  publicUrl: string | undefined;
  /** False where the RabbitMQ user may not make queues and exchanges: a file of definitions does. */
  amqpDeclare: boolean;
  /** Of the queues without priorities; the same in every program. */
  amqpQueueType: 'classic' | 'quorum';
  /** The virtual host for programs of other systems; undefined where they share ours. */
  amqpIntakeUrl: string | undefined;
  /** Which messages may name no publisher: none, those that came straight to the plain queue, or all. */
  amqpAnonymous: 'off' | 'queue' | 'any';
  /** A message that is older is parked as `expired`. */
  amqpMaxAgeMs: number;
  /** From where photos may be fetched: `host`, `host:port`, `*.host`; empty: from nowhere. */
  imageUrlHosts: string[];
  imageUrlTimeoutMs: number;
  /** To where outcomes may be posted, as above; empty: to nowhere. */
  webhookHosts: string[];
  /** Also without TLS. */
  webhookAllowHttp: boolean;
  webhookTimeoutMs: number;
  /** After how long a delivery that failed is tried again, attempt by attempt; it is given up after the last. */
  webhookRetryDelaysMs: number[];
  /** Networks (CIDR) or addresses that may be reached although they are not public, each with or without a port. */
  outboundPrivateAddresses: string[];
  /** Tasks that what an operator does to many of them does in a second at most. */
  operationRate: number;
  shutdownGraceMs: number;
  logLevel: string;
  /** Where spans go; to nowhere unless told. */
  tracing: TracingSettings;
  exitWithParent: boolean;
}

/** Reads the settings. @throws EnvError listing all that are wrong. */
export function readEnv(source: Record<string, string | undefined> = process.env): ApiEnv {
  const env = parseEnv(schema.refine(s3KeysGoTogether, S3_KEYS_APART), source);
  const dataDir = resolve(env.DATA_DIR);
  return {
    host: env.API_HOST,
    port: env.API_PORT,
    amqpUrl: env.AMQP_URL,
    dataDir,
    artifacts: artifactPlaceOf(env, dataDir),
    databaseUrl: env.DATABASE_URL ?? `file:${resolve(dataDir, 'photo-repair.db')}`,
    workflowsDir: resolve(env.WORKFLOWS_DIR),
    webDir: resolve(env.WEB_DIR),
    maxUploadBytes: env.MAX_UPLOAD_BYTES,
    uploadIdleMs: env.UPLOAD_IDLE_TIMEOUT,
    maxImagePixels: env.MAX_IMAGE_PIXELS,
    maxWaiting: env.QUEUE_MAX_WAITING,
    queueTimeoutMs: env.QUEUE_TIMEOUT,
    maxWaitingWithoutBroker: env.BROKER_AWAY_MAX_WAITING,
    albumMaxPhotos: env.ALBUM_MAX_PHOTOS,
    retentionMs: env.RETENTION,
    loopbackOnly: isLoopback(env.API_HOST),
    allowedOrigins: env.ALLOWED_ORIGINS,
    trustProxy: env.TRUST_PROXY,
    installationSecret: env.INSTALLATION_SECRET,
    operatorKey: env.OPERATOR_KEY,
    rateLimit: env.RATE_LIMIT,
    visitorQuotaBytes: env.VISITOR_QUOTA_BYTES,
    liveMaxSockets: env.LIVE_MAX_SOCKETS,
    liveMaxSocketsPerCaller: env.LIVE_MAX_SOCKETS_PER_CALLER,
    publicUrl: env.PUBLIC_URL,
    amqpDeclare: env.AMQP_DECLARE,
    amqpQueueType: env.AMQP_QUEUE_TYPE,
    amqpIntakeUrl: env.AMQP_INTAKE_URL,
    amqpAnonymous: env.AMQP_ANONYMOUS,
    amqpMaxAgeMs: env.AMQP_MAX_AGE,
    imageUrlHosts: env.IMAGE_URL_HOSTS,
    imageUrlTimeoutMs: env.IMAGE_URL_TIMEOUT,
    webhookHosts: env.WEBHOOK_HOSTS,
    webhookAllowHttp: env.WEBHOOK_ALLOW_HTTP,
    webhookTimeoutMs: env.WEBHOOK_TIMEOUT,
    webhookRetryDelaysMs: env.WEBHOOK_RETRY_DELAYS,
    outboundPrivateAddresses: env.OUTBOUND_PRIVATE_ADDRESSES,
    operationRate: env.OPERATION_RATE,
    shutdownGraceMs: env.SHUTDOWN_GRACE,
    logLevel: env.LOG_LEVEL,
    tracing: toTracingSettings(env),
    exitWithParent: env.PHOTO_REPAIR_EXIT_WITH_PARENT,
  };
}

/** The environment of a program that we start: our own, and `extra` on top. */
export function programEnv(
  extra: Record<string, string>,
  source: Record<string, string | undefined> = process.env,
): Record<string, string | undefined> {
  return { ...source, ...extra };
}
