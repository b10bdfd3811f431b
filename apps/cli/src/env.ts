import { commaList, durationMs, parseEnv, port, projectDir } from '@app/runtime';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'must be http:// or https:// URLs with commas between',
});

const schema = z.object({
  DATA_DIR: z.string().optional(),
  WORKFLOWS_DIR: z.string().optional(),
  API_HOST: z.string().default('127.0.0.1'),
  API_PORT: port(3000),
  AMQP_URL: z.url({ protocol: /^amqps?$/, error: 'must be an amqp:// or amqps:// URL' }).optional(),
  AMQP_DECLARE: z.stringbool().default(true),
  AMQP_QUEUE_TYPE: z.enum(['classic', 'quorum'], { error: 'must be classic or quorum' }).default('classic'),
  BROKER: z.enum(['auto', 'own'], { error: 'must be auto or own' }).default('auto'),
  COMFYUI_URLS: commaList('').pipe(z.array(httpUrl)),
  WORKERS: commaList(''),
  WORKER_PORT: port(3101),
  ENGINE_PORT: port(8190),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' }).optional(),
  BRIDGE_PORT: port(3201),
  STOP_GRACE: durationMs('30s'),
  PHOTO_REPAIR_KEY: z.string().optional(),
  INSTALL_PACKAGES: z
    .enum(['ask-nobody', 'never'], { error: 'must be ask-nobody or never' })
    .default('ask-nobody'),
});

/** The settings of the launcher. Paths are absolute, durations are milliseconds. */
export interface CliEnv {
  dataDir: string;
  workflowsDir: string;
  apiHost: string;
  apiPort: number;
  /** Unset: the launcher finds or starts a RabbitMQ. */
  amqpUrl: string | undefined;
  /** False where the RabbitMQ user may not make queues and exchanges. */
  amqpDeclare: boolean;
  /** Of the queues without priorities; the same in every program. */
  amqpQueueType: 'classic' | 'quorum';
  /** Leave a RabbitMQ that runs on this machine for others alone, and run one of our own. */
  ownBroker: boolean;
  /** Empty: the launcher starts the built-in engine. */
  comfyuiUrls: string[];
  /** One entry per worker, task types joined by `+`; empty: one worker for all. */
  workers: string[];
  /** The first worker's port; the next ones, and one that is taken, move on to the next free port. */
  workerPort: number;
  enginePort: number;
  /** Whether tasks come from a Redis stream, too: the launcher starts the bridge, which reads the address itself. */
  hasRedis: boolean;
  /** The bridge's port; one that is taken moves on to the next free one. */
  bridgePort: number;
  /** How long children may take to stop before they are killed. */
  stopGraceMs: number;
  /** The API key that commands use. */
  apiKey: string | undefined;
  /** Whether a missing RabbitMQ may be installed with apt-get. */
  mayInstall: boolean;
}

type Source = Record<string, string | undefined>;

/** Reads the settings. @throws EnvError listing all that are wrong. */
export function readEnv(source: Source = process.env): CliEnv {
  const env = parseEnv(schema, source);
  return {
    dataDir: env.DATA_DIR === undefined ? join(projectDir, 'data') : resolve(env.DATA_DIR),
    workflowsDir:
      env.WORKFLOWS_DIR === undefined ? join(projectDir, 'workflows') : resolve(env.WORKFLOWS_DIR),
    apiHost: env.API_HOST,
    apiPort: env.API_PORT,
    amqpUrl: env.AMQP_URL,
    amqpDeclare: env.AMQP_DECLARE,
    amqpQueueType: env.AMQP_QUEUE_TYPE,
    ownBroker: env.BROKER === 'own',
    comfyuiUrls: env.COMFYUI_URLS,
    workers: env.WORKERS,
    workerPort: env.WORKER_PORT,
    enginePort: env.ENGINE_PORT,
    hasRedis: env.REDIS_URL !== undefined,
    bridgePort: env.BRIDGE_PORT,
    stopGraceMs: env.STOP_GRACE,
    apiKey: env.PHOTO_REPAIR_KEY,
    mayInstall: env.INSTALL_PACKAGES !== 'never',
  };
}

const brokerPassword = z
  .string()
  // It becomes a part of a URL; and RabbitMQ's hash is fast, so that a short one can be guessed from the definitions.
  .regex(/^[\w-]{16,200}$/, 'must be 16 to 200 letters, digits, - or _')
  .optional();

/**
 * The passwords of RabbitMQ's users, by the names of their settings: as they are set, else as a file of settings has
 * them; undefined where neither does.
 * @throws EnvError listing all that are wrong.
 */
export function readBrokerPasswords(
  settings: readonly string[],
  file: Source = {},
  source: Source = process.env,
): Record<string, string | undefined> {
  const found = Object.fromEntries(settings.map((name) => [name, source[name] || file[name] || undefined]));
  return parseEnv(z.object(Object.fromEntries(settings.map((name) => [name, brokerPassword]))), found);
}

/**
 * What a child process gets: all of our own environment, so that every app's settings reach it, and `extra` on top, also
 * of what came from a file (`NAME_FILE`).
 */
export function childEnv(
  extra: Record<string, string>,
  source: Source = process.env,
): Record<string, string> {
  const inherited = Object.entries(source).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !(entry[0].endsWith('_FILE') && entry[0].slice(0, -'_FILE'.length) in extra),
  );
  return { ...Object.fromEntries(inherited), ...extra };
}

/** True when stacks are wanted instead of plain sentences. */
export function isDebugging(source: Source = process.env): boolean {
  return Boolean(source.DEBUG);
}
