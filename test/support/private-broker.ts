import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import getPort from 'get-port';

/** The program itself: the wrapper in `/usr/sbin` changes the user, and its child outlives it. */
const SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server';
const EPMD = '/usr/bin/epmd';
const START_TIMEOUT_MS = 100_000;
const HOST = '127.0.0.1';

/** The addresses of a broker, as `http://user:password@host:port` and `amqp://…`. */
export interface TestBroker {
  amqpUrl: string;
  managementUrl: string;
}

/**
 * A RabbitMQ node of our own on loopback and free ports, in a folder under the system's temporary one.
 * It is ready within 8 to 25 s (two busy cores); `stop` kills it by its process id and removes the folder.
 */
export class PrivateBroker implements TestBroker {
  private constructor(
    readonly amqpUrl: string,
    readonly managementUrl: string,
    private readonly children: ChildProcess[],
    private readonly folder: string,
  ) {}

  static async start(): Promise<PrivateBroker> {
    if (!existsSync(SERVER) || !existsSync(EPMD)) {
      throw new Error(
        'These tests need RabbitMQ. Install it (apt-get install -y --no-install-recommends rabbitmq-server), ' +
          'or set AMQP_URL and AMQP_MANAGEMENT_URL to a broker that may be used for tests.',
      );
    }
    const folder = await mkdtemp(join(tmpdir(), 'photo-repair-test-broker-'));
    const [amqp, management, dist, epmd] = [
      await getPort(),
      await getPort(),
      await getPort(),
      await getPort(),
    ];
    await mkdir(join(folder, 'mnesia'));
    await mkdir(join(folder, 'log'));
    await writeFile(join(folder, 'enabled_plugins'), '[rabbitmq_management].\n');
    await writeFile(
      join(folder, 'rabbitmq.conf'),
      [
        `listeners.tcp.default = ${HOST}:${amqp}`,
        `management.tcp.ip = ${HOST}`,
        `management.tcp.port = ${management}`,
        'disk_free_limit.absolute = 50MB',
        '',
      ].join('\n'),
    );
    const base = { PATH: process.env['PATH'], ERL_EPMD_PORT: String(epmd), ERL_EPMD_ADDRESS: HOST };
    const children = [spawn(EPMD, ['-port', String(epmd), '-address', HOST], { env: base, stdio: 'ignore' })];
    const broker = new PrivateBroker(
      `amqp://guest:guest@${HOST}:${amqp}`,
      `http://guest:guest@${HOST}:${management}`,
      children,
      folder,
    );
    children.push(
      spawn(SERVER, [], {
        stdio: 'ignore',
        env: {
          ...base,
          // A home of its own means an Erlang cookie of its own.
          HOME: folder,
          RABBITMQ_NODENAME: `photo-repair-test-${amqp}@localhost`,
          RABBITMQ_NODE_PORT: String(amqp),
          RABBITMQ_DIST_PORT: String(dist),
          RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
          RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
          RABBITMQ_LOG_BASE: join(folder, 'log'),
          RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
          RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
          RABBITMQ_CONF_ENV_FILE: '/dev/null',
          // With it the child process is the broker; otherwise it is a shell, and killing that leaves the broker.
          RUNNING_UNDER_SYSTEMD: '1',
        },
      }),
    );
    try {
      await broker.untilReady();
    } catch (error) {
      await broker.stop();
      throw error;
    }
    return broker;
  }

  async stop(): Promise<void> {
    for (const child of this.children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  private async untilReady(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    const { origin, username, password } = new URL(this.managementUrl);
    const authorization = `Basic ${btoa(`${username}:${password}`)}`;
    while (Date.now() < deadline) {
      const server = this.children[1];
      if (server?.exitCode !== null && server?.exitCode !== undefined) {
        throw new Error(`The test broker ended by itself (code ${server.exitCode}): ${await this.lastLog()}`);
      }
      // The alarm check answers 200 only when the node runs, with its listeners open.
      const answer = await fetch(`${origin}/api/health/checks/virtual-hosts`, {
        headers: { authorization },
      }).catch(() => undefined);
      if (answer?.ok) return;
      await sleep(250);
    }
    throw new Error(
      `The test broker did not start within ${START_TIMEOUT_MS / 1000} s: ${await this.lastLog()}`,
    );
  }

  private async lastLog(): Promise<string> {
    const port = new URL(this.amqpUrl).port;
    const file = join(this.folder, 'log', `photo-repair-test-${port}@localhost.log`);
    const text = await readFile(file, 'utf8').catch(() => 'it wrote no log');
    return text.slice(-2000);
  }
}
