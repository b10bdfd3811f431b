import { connect, type ChannelModel, type GetMessage, type Options } from 'amqplib';
import { afterAll, beforeAll, expect, inject, vi } from 'vitest';
import './global-broker.js';

/**
 * A fresh virtual host for the tests of one file (or one `describe`), removed afterwards. Call it outside of tests.
 * Its fields may be used inside of them.
 */
export function withVhost(): Vhost {
  const vhost = new Vhost();
  beforeAll(() => vhost.create());
  afterAll(() => vhost.remove());
  return vhost;
}

/** A virtual host, with what a test needs to look into it from outside. */
export class Vhost {
  readonly name = `test-${crypto.randomUUID()}`;
  private model: ChannelModel | undefined;

  /** The address of the virtual host. */
  get url(): string {
    return `${inject('broker').amqpUrl}/${this.name}`;
  }

  async create(): Promise<void> {
    await this.api('PUT', `/api/vhosts/${this.name}`);
    this.model = await connect(this.url, { clientProperties: { connection_name: 'test' } });
  }

  async remove(): Promise<void> {
    await this.model?.close();
    await this.api('DELETE', `/api/vhosts/${this.name}`);
  }

  /** Ready messages of a queue and its consumers, from the broker itself; undefined where there is no such queue. */
  async queue(name: string): Promise<{ ready: number; consumers: number } | undefined> {
    const channel = await this.channel();
    channel.on('error', () => undefined);
    try {
      const { messageCount, consumerCount } = await channel.checkQueue(name);
      await channel.close();
      return { ready: messageCount, consumers: consumerCount };
    } catch {
      return undefined;
    }
  }

  /** Fails unless every queue named holds so many ready messages within 15 s, and holds them at the same time. */
  async expectReady(counts: Record<string, number>): Promise<void> {
    await vi.waitFor(
      async () => {
        const found: Record<string, number | undefined> = {};
        for (const name of Object.keys(counts)) found[name] = (await this.queue(name))?.ready;
        expect(found).toEqual(counts);
      },
      { timeout: 15_000, interval: 50 },
    );
  }

  /** Takes the next message out of a queue; waits up to 15 s for one. */
  async take(queue: string): Promise<GetMessage> {
    const channel = await this.channel();
    try {
      return await vi.waitFor(
        async () => {
          const message = await channel.get(queue, { noAck: true });
          if (!message) throw new Error(`There is no message in ${queue}.`);
          return message;
        },
        { timeout: 15_000, interval: 50 },
      );
    } finally {
      await channel.close();
    }
  }

  async publish(exchange: string, key: string, body: Buffer, options: Options.Publish = {}): Promise<void> {
    const model = await this.connected();
    const channel = await model.createConfirmChannel();
    channel.publish(exchange, key, body, options);
    await channel.waitForConfirms();
    await channel.close();
  }

  async channel() {
    return (await this.connected()).createChannel();
  }

  /** Ends the connections of that name by force, as an operator would; waits until the broker lists them. */
  async closeConnections(name: string): Promise<void> {
    const theirs = await vi.waitFor(
      async () => {
        const all = (await this.api('GET', `/api/vhosts/${this.name}/connections`)) as ListedConnection[];
        const found = all.filter((connection) => connection.client_properties?.connection_name === name);
        if (found.length === 0) throw new Error(`The broker lists no connection '${name}'.`);
        return found;
      },
      { timeout: 20_000, interval: 200 },
    );
    for (const connection of theirs) {
      const path = `/api/connections/${encodeURIComponent(connection.name)}`;
      // The broker lists a connection for a while after its end.
      await this.api('DELETE', path).catch((error: Error) => {
        if (!error.message.includes('answered with 404')) throw error;
      });
    }
  }

  /** The broker's management API; `%` in a name has to be encoded already. */
  async api(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
    const { origin, username, password } = new URL(inject('broker').managementUrl);
    const answer = await fetch(`${origin}${path}`, {
      method,
      headers: {
        authorization: `Basic ${btoa(`${username}:${password}`)}`,
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok)
      throw new Error(`${method} ${path} was answered with ${answer.status}: ${text.slice(0, 300)}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }

  private async connected(): Promise<ChannelModel> {
    if (!this.model) throw new Error('The virtual host is made in beforeAll, so use it inside of tests.');
    return this.model;
  }
}

interface ListedConnection {
  name: string;
  client_properties?: { connection_name?: string };
}
