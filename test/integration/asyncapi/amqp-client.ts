import type { TaskNotice } from '@app/contracts';
import type { Channel, ConsumeMessage, Options } from 'amqplib';
import { vi } from 'vitest';
import type { Vhost } from '../../support/vhost.js';

/** A message that came, with its properties by the names that `asyncapi.yaml` uses. */
export interface Heard {
  routingKey: string;
  notice: TaskNotice;
  properties: Record<string, unknown>;
}

/** A program of another system: it publishes tasks, has a reply queue and follows all events. */
export class AmqpClient {
  readonly answers: Heard[] = [];
  readonly events: Heard[] = [];

  private constructor(
    private readonly vhost: Vhost,
    readonly user: string,
    readonly replyTo: string,
  ) {}

  /** The exchange of events has to be there: start the API first. */
  static async start(vhost: Vhost): Promise<AmqpClient> {
    const user = decodeURIComponent(new URL(vhost.url).username);
    const client = new AmqpClient(vhost, user, `reply.${user}.asyncapi`);
    await client.openReplies(client.replyTo);
    const channel = await vhost.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, 'photo_repair.task_events', '#');
    await client.listen(channel, queue, client.events);
    return client;
  }

  /** Straight into the plain queue. */
  toQueue(body: unknown, options: Options.Publish = {}): Promise<void> {
    return this.vhost.publish('', 'photo_repair_tasks', toBytes(body), { persistent: true, ...options });
  }

  /** Through the exchange, as the user of the connection, with answers. */
  toExchange(key: string, body: unknown, options: Options.Publish = {}): Promise<void> {
    const properties = { persistent: true, userId: this.user, replyTo: this.replyTo, ...options };
    return this.vhost.publish('photo_repair_tasks', key, toBytes(body), properties);
  }

  /** The first answer of that kind to a task; waits for it. */
  async answer(taskId: string, type: TaskNotice['type']): Promise<Heard> {
    return until(this.answers, ({ notice }) => notice.data.task_id === taskId && notice.type === type);
  }

  /** The first answer with that correlation id; waits for it. */
  answerOf(correlationId: string): Promise<Heard> {
    return until(this.answers, ({ properties }) => properties['correlation_id'] === correlationId);
  }

  /** One more reply queue; its name. */
  async openReplies(queue: string): Promise<string> {
    const channel = await this.vhost.channel();
    await channel.assertQueue(queue, { durable: true });
    await this.listen(channel, queue, this.answers);
    return queue;
  }

  async event(taskId: string, type: TaskNotice['type']): Promise<Heard> {
    return until(this.events, ({ notice }) => notice.data.task_id === taskId && notice.type === type);
  }

  private async listen(channel: Channel, queue: string, into: Heard[]): Promise<void> {
    await channel.consume(queue, (message) => message && into.push(toHeard(message)), { noAck: true });
  }
}

function until(heard: readonly Heard[], is: (each: Heard) => boolean): Promise<Heard> {
  return vi.waitFor(
    () => {
      const found = heard.find(is);
      if (found === undefined) {
        const last = JSON.stringify(heard.slice(-3).map(({ notice }) => notice));
        throw new Error(`Not heard so far. The last ones were: ${last}`);
      }
      return found;
    },
    { timeout: 20_000, interval: 20 },
  );
}

function toBytes(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
}

function toHeard({ content, fields, properties }: ConsumeMessage): Heard {
  const { correlationId, messageId, type, contentType, appId, deliveryMode, timestamp } = properties;
  const all = {
    correlation_id: correlationId as unknown,
    message_id: messageId as unknown,
    type: type as unknown,
    content_type: contentType as unknown,
    app_id: appId as unknown,
    delivery_mode: deliveryMode as unknown,
    timestamp: timestamp as unknown,
  };
  return {
    routingKey: fields.routingKey,
    notice: JSON.parse(content.toString()) as TaskNotice,
    properties: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
  };
}
