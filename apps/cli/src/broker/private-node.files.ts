import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '../system/json-file.js';
import { processIdentitySchema } from '../system/process-identity.js';

export const portsSchema = z.object({
  amqp: z.number(),
  management: z.number(),
  prometheus: z.number(),
  distribution: z.number(),
  epmd: z.number(),
});
export type NodePorts = z.infer<typeof portsSchema>;

/** What is written down about the node that was started last, so that the next launcher finds it again. */
export const nodeRunSchema = z.object({ process: processIdentitySchema, ports: portsSchema });
export type NodeRun = z.infer<typeof nodeRunSchema>;

const identitySchema = z.object({
  nodeName: z.string(),
  user: z.string(),
  /** Whether nothing of ours is in the virtual host of other systems: a node of before had but one for all. */
  apart: z.boolean().default(false),
});

/** How long RabbitMQ waits for the answer to a message before it takes it away from a worker. */
export const CONSUMER_TIMEOUT_MS = 2 * 3_600_000;

const USER = 'photo-repair';
const newNodeName = () => `photo-repair-${randomBytes(4).toString('hex')}@localhost`;

/** Whether a cluster of this name is a private node of some photo-repair. RabbitMQ puts the machine's name after the @. */
export function isPrivateNode(name: string): boolean {
  return /^photo-repair-[0-9a-f]{8}@/.test(name);
}

/** Without these the management page has no "Move messages", by which parked tasks go back to their work queue. */
export const MOVING_PLUGINS = ['rabbitmq_shovel', 'rabbitmq_shovel_management'];
const PLUGINS = ['rabbitmq_management', 'rabbitmq_prometheus', ...MOVING_PLUGINS];

/** The folder of our own node: who it is, its settings, its data and its log. Nobody but the owner may read it. */
export class PrivateNodeFiles {
  private readonly identityFile: string;
  readonly configFile: string;
  readonly definitionsFile: string;
  readonly pluginsFile: string;
  readonly passwordFile: string;
  readonly runFile: string;
  readonly logDir: string;

  constructor(readonly dir: string) {
    this.identityFile = join(dir, 'node.json');
    this.configFile = join(dir, 'rabbitmq.conf');
    this.definitionsFile = join(dir, 'definitions.json');
    this.pluginsFile = join(dir, 'enabled_plugins');
    this.passwordFile = join(dir, 'password');
    this.runFile = join(dir, 'run.json');
    this.logDir = join(dir, 'log');
    for (const folder of [dir, join(dir, 'mnesia'), this.logDir])
      mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /**
   * Name, user and password of the node, made up at the first start. They stay: the data folder carries the name,
   * and programs that run may have the password.
   */
  credentials(): z.infer<typeof identitySchema> & { password: string } {
    let identity = readJsonFile(this.identityFile, identitySchema);
    if (!identity || !existsSync(this.passwordFile)) {
      // Who has lost one has lost the other; what is under the old name stays there.
      identity = { nodeName: newNodeName(), user: USER, apart: true };
      writeFileSync(this.passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
      writeJsonFile(this.identityFile, identity);
    }
    return { ...identity, password: readFileSync(this.passwordFile, 'utf8').trim() };
  }

  /**
   * Settings for a node that only programs on this machine can reach. The definitions are loaded at every start; with
   * them RabbitMQ makes no user and no virtual host by itself.
   */
  writeSettings(ports: NodePorts): void {
    const settings = {
      'listeners.tcp.default': `127.0.0.1:${ports.amqp}`,
      'management.tcp.ip': '127.0.0.1',
      'management.tcp.port': ports.management,
      'prometheus.tcp.ip': '127.0.0.1',
      'prometheus.tcp.port': ports.prometheus,
      load_definitions: pathOfDefinitions(this.definitionsFile),
      // For all tasks that are in work: RabbitMQ's own 30 minutes would end long ones (RUN_TIMEOUT) half-way.
      consumer_timeout: CONSUMER_TIMEOUT_MS,
      'log.file.rotation.size': 10_485_760,
      'log.file.rotation.count': 3,
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
    writeFileSync(this.configFile, lines.join(''), { mode: 0o600 });
    writeFileSync(this.pluginsFile, `[${PLUGINS.join(',')}].\n`);
  }

  /** Remembers that whatever of ours was in the virtual host of other systems is gone from there. */
  noteApart(): void {
    const { nodeName, user } = this.credentials();
    writeJsonFile(this.identityFile, { nodeName, user, apart: true });
  }

  readRun(): NodeRun | undefined {
    return readJsonFile(this.runFile, nodeRunSchema);
  }

  writeRun(run: NodeRun): void {
    writeJsonFile(this.runFile, run);
  }

  /** The environment that rabbitmq-server needs to live in this folder alone (rabbitmq-server 3.10-4.x, rabbitmq-env). */
  environment(ports: NodePorts, nodeName: string): Record<string, string> {
    const dir = pathForRabbitmq(this.dir);
    return {
      // The Erlang cookie lies in HOME, so the node has one of its own.
      HOME: dir,
      RABBITMQ_NODENAME: nodeName,
      RABBITMQ_NODE_PORT: String(ports.amqp),
      RABBITMQ_DIST_PORT: String(ports.distribution),
      RABBITMQ_MNESIA_BASE: join(dir, 'mnesia'),
      RABBITMQ_LOG_BASE: join(dir, 'log'),
      RABBITMQ_SCHEMA_DIR: join(dir, 'schema'),
      RABBITMQ_GENERATED_CONFIG_DIR: join(dir, 'config'),
      RABBITMQ_CONFIG_FILE: join(dir, 'rabbitmq.conf'),
      RABBITMQ_ADVANCED_CONFIG_FILE: join(dir, 'advanced.config'),
      RABBITMQ_CONF_ENV_FILE: '/dev/null',
      RABBITMQ_ENABLED_PLUGINS_FILE: join(dir, 'enabled_plugins'),
      RABBITMQ_PID_FILE: join(dir, 'pid'),
      // The start script replaces itself, so that the child we started is the node and not a shell around it.
      RUNNING_UNDER_SYSTEMD: '1',
      // An Erlang port mapper of our own, so that we neither depend on another one nor leave ours to others.
      ERL_EPMD_PORT: String(ports.epmd),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      // Loopback for the distribution between Erlang nodes too.
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    };
  }
}

/**
 * RabbitMQ 3.10 stops at its start when its path has other than ASCII characters (its disk monitor cannot print
 * them). On Linux the folder, which is the node's working folder, has an ASCII name too, for as long as it runs.
 */
function pathForRabbitmq(dir: string): string {
  const isAscii = /^[ -~]*$/.test(dir);
  return isAscii || process.platform !== 'linux' ? dir : '/proc/self/cwd';
}

/** In the file of settings a path cannot have every character (`#` begins a comment), so it is named from the node. */
function pathOfDefinitions(path: string): string {
  return process.platform === 'linux' ? '/proc/self/cwd/definitions.json' : path;
}
