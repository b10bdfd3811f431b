import { testEnv } from '../../test/support/env.js';
import { PrivateBroker, type TestBroker } from '../../test/support/private-broker.js';

/** A broker to measure on: the one that the environment names, else one of our own. */
export class BenchBroker {
  private constructor(
    private readonly broker: TestBroker,
    private readonly stop: () => Promise<void>,
  ) {}

  static async start(): Promise<BenchBroker> {
    const { AMQP_URL: amqpUrl, AMQP_MANAGEMENT_URL: managementUrl } = testEnv();
    if (amqpUrl && managementUrl) {
      return new BenchBroker({ amqpUrl, managementUrl }, () => Promise.resolve());
    }
    const broker = await PrivateBroker.start();
    return new BenchBroker(broker, () => broker.stop());
  }

  /** Does the work in a fresh virtual host, which is removed afterwards. */
  async inVhost(work: (url: string) => Promise<void>): Promise<void> {
    const name = `bench-${crypto.randomUUID()}`;
    await this.api('PUT', `/api/vhosts/${name}`);
    try {
      await work(`${this.broker.amqpUrl}/${name}`);
    } finally {
      await this.api('DELETE', `/api/vhosts/${name}`);
    }
  }

  async close(): Promise<void> {
    await this.stop();
  }

  private async api(method: 'PUT' | 'DELETE', path: string): Promise<void> {
    const { origin, username, password } = new URL(this.broker.managementUrl);
    const authorization = `Basic ${btoa(`${username}:${password}`)}`;
    const answer = await fetch(`${origin}${path}`, { method, headers: { authorization } });
    if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}.`);
  }
}
