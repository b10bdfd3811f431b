import { connect, type ChannelModel, type ConfirmChannel, type ConsumeMessage, type Options } from 'amqplib';

/** What RabbitMQ answers to the connection itself without a queue. */
const DIRECT = 'amq.rabbitmq.reply-to';
const QUEUE = 'photo_repair_tasks';
const EXCHANGE = 'photo_repair_tasks';

export interface ForeignConnectionOptions {
  /** Of a virtual host, with the user's name and password. */
  url: string;
  /** Whether its messages name their publisher, which the broker checks. */
  named: boolean;
  /** Whether it waits for answers in a queue of its own, or in none (direct reply-to). */
  answers: 'queue' | 'direct';
  heard: (message: ConsumeMessage) => void;
}

/** A connection of a program of another system, which knows no more of ours than the name of a queue and of an exchange. */
export class ForeignConnection {
  private constructor(
    private readonly model: ChannelModel,
    private readonly channel: ConfirmChannel,
    private readonly properties: Options.Publish,
  ) {}

  static async open({ url, named, answers, heard }: ForeignConnectionOptions): Promise<ForeignConnection> {
    const model = await connect(url, { clientProperties: { connection_name: 'faults foreign' } });
    const channel = await model.createConfirmChannel();
    // As the users' programs do before they publish.
    await channel.assertQueue(QUEUE, { durable: true });
    const user = decodeURIComponent(new URL(url).username);
    const own = `reply.${named ? user : 'anonymous'}.${crypto.randomUUID()}`;
    const replyTo = answers === 'direct' ? DIRECT : own;
    if (answers === 'queue') await channel.assertQueue(replyTo, { durable: true, autoDelete: true });
    await channel.consume(replyTo, (message) => message && heard(message), { noAck: true });
    return new ForeignConnection(model, channel, {
      persistent: true,
      replyTo,
      ...(named && { userId: user }),
    });
  }

  /** Straight into the plain queue; resolves once the broker has confirmed it. */
  toQueue(body: unknown, properties: Options.Publish = {}): Promise<void> {
    return this.publish('', QUEUE, body, properties);
  }

  /** By way of the public exchange; resolves once the broker has confirmed it. */
  toExchange(key: string, body: unknown, properties: Options.Publish = {}): Promise<void> {
    return this.publish(EXCHANGE, key, body, properties);
  }

  async close(): Promise<void> {
    await this.model.close();
  }

  private publish(exchange: string, key: string, body: unknown, properties: Options.Publish): Promise<void> {
    return new Promise((resolve, reject) => {
      const content = Buffer.from(JSON.stringify(body));
      const settle = (error: Error | null) => (error ? reject(error) : resolve());
      this.channel.publish(exchange, key, content, { ...this.properties, ...properties }, settle);
    });
  }
}
