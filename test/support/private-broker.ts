import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { PrivateNode } from '../../apps/cli/src/broker/private-node.js';
import { findRabbitmqServer } from '../../apps/cli/src/broker/rabbitmq-server.js';
import { identityOf } from '../../apps/cli/src/system/process-identity.js';

/** Folders carry the process id of their test run, by which the next one knows what a killed run left behind. */
const PREFIX = `photo-repair-test-broker-${userInfo().uid}-`;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The addresses of a broker, as `http://user:password@host:port` and `amqp://…`. */
export interface TestBroker {
  amqpUrl: string;
  managementUrl: string;
}

/**
 * The launcher's own RabbitMQ node, in a folder under the system's temporary one. It is ready within 8 to 25 s (two
 * busy cores); `stop` kills it and removes the folder, and `start` does that for runs that were killed before.
 */
export class PrivateBroker implements TestBroker {
  readonly amqpUrl: string;
  readonly managementUrl: string;
  /** Ctrl-C does not reach the node, which has a process group of its own. */
  private readonly abandon = () => void this.stop().finally(() => process.exit(1));

  private constructor(
    private readonly node: PrivateNode,
    private readonly folder: string,
  ) {
    const { username, password } = new URL(node.url);
    const management = new URL(node.management.url);
    // Tests name a virtual host of their own.
    this.amqpUrl = node.url.replace(/\/[^/]*$/, '');
    this.managementUrl = `http://${username}:${password}@${management.host}`;
  }

  static async start(): Promise<PrivateBroker> {
    const executable = findRabbitmqServer();
    if (executable === undefined) {
      throw new Error(
        'These tests need RabbitMQ. Install it (apt-get install -y --no-install-recommends rabbitmq-server), ' +
          'or set AMQP_URL and AMQP_MANAGEMENT_URL to a broker that may be used for tests.',
      );
    }
    await removeLeftovers();
    const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
    const broker = new PrivateBroker(await PrivateNode.start(folder, executable), folder);
    for (const signal of SIGNALS) process.once(signal, broker.abandon);
    try {
      await broker.node.ready();
    } catch (error) {
      await broker.stop();
      throw error;
    }
    return broker;
  }

  async stop(): Promise<void> {
    for (const signal of SIGNALS) process.off(signal, this.abandon);
    await this.node.stop(true);
    await removeFolder(this.folder);
  }
}

async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX) || identityOf(Number.parseInt(name.slice(PREFIX.length), 10))) continue;
    const folder = join(tmpdir(), name);
    await PrivateNode.adopt(folder)?.stop(true);
    await removeFolder(folder);
  }
}

/** A node that is being killed may still write for a moment. */
function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 10 });
}
