import { connect, type Channel, type ChannelModel, type Options } from 'amqplib';

/** What the broker said to an attempt: `ok`, or the number by which AMQP names the reason (403 is ACCESS_REFUSED). */
export type Answer = 'ok' | number;

/** A connection of one user, who tries things; each attempt on a channel of its own, which a refusal closes. */
export class Attempts {
  private constructor(private readonly model: ChannelModel) {}

  static async as(url: string): Promise<Attempts> {
    const model = await connect(url, { noDelay: true });
    model.on('error', () => undefined);
    return new Attempts(model);
  }

  close(): Promise<void> {
    return this.model.close();
  }

  publish(exchange: string, key: string, options: Options.Publish = {}): Promise<Answer> {
    return this.attempt(async (channel) => {
      channel.publish(exchange, key, Buffer.from('{}'), options);
      // Answered after the broker has looked at what came before.
      await channel.checkExchange('amq.direct');
    });
  }

  /** Looks at the next message and gives it back. */
  get(queue: string): Promise<Answer> {
    return this.attempt(async (channel) => {
      const message = await channel.get(queue, { noAck: false });
      if (message) channel.nack(message, false, true);
    });
  }

  consume(queue: string): Promise<Answer> {
    return this.attempt(async (channel) => {
      const { consumerTag } = await channel.consume(queue, () => undefined, { noAck: false });
      await channel.cancel(consumerTag);
    });
  }

  purge(queue: string): Promise<Answer> {
    return this.attempt((channel) => channel.purgeQueue(queue));
  }

  declareQueue(queue: string, options: Options.AssertQueue = { durable: true }): Promise<Answer> {
    return this.attempt((channel) => channel.assertQueue(queue, options));
  }

  /** Of one that has messages it is refused with 406 to those who may delete it. */
  deleteQueue(queue: string): Promise<Answer> {
    return this.attempt((channel) => channel.deleteQueue(queue, { ifEmpty: true }));
  }

  declareExchange(exchange: string, type: string, options: Options.AssertExchange = {}): Promise<Answer> {
    return this.attempt((channel) => channel.assertExchange(exchange, type, { durable: true, ...options }));
  }

  /** Of one that has bindings it is refused with 406 to those who may delete it. */
  deleteExchange(exchange: string): Promise<Answer> {
    return this.attempt((channel) => channel.deleteExchange(exchange, { ifUnused: true }));
  }

  bind(queue: string, exchange: string, key: string): Promise<Answer> {
    return this.attempt((channel) => channel.bindQueue(queue, exchange, key));
  }

  unbind(queue: string, exchange: string, key: string): Promise<Answer> {
    return this.attempt((channel) => channel.unbindQueue(queue, exchange, key));
  }

  bindExchange(destination: string, source: string, key: string): Promise<Answer> {
    return this.attempt((channel) => channel.bindExchange(destination, source, key));
  }

  /** Makes a queue that the broker names, for this connection alone, and binds it. */
  listen(exchange: string, key: string): Promise<Answer> {
    return this.attempt(async (channel) => {
      const { queue } = await channel.assertQueue('', { exclusive: true });
      await channel.bindQueue(queue, exchange, key);
      await channel.consume(queue, () => undefined);
    });
  }

  private async attempt(action: (channel: Channel) => Promise<unknown>): Promise<Answer> {
    const channel = await this.model.createChannel();
    let refused: Answer = 'ok';
    const closed = new Promise<void>((resolve) => channel.once('close', () => resolve()));
    channel.on('error', (error: Error & { code?: number }) => (refused = error.code ?? NaN));
    try {
      await action(channel);
      await channel.close();
      return 'ok';
    } catch (error) {
      const { code } = error as Error & { code?: number };
      // A call behind the refused one fails with the end of the channel alone, whose own error has the reason.
      if (code === undefined) await closed;
      return code ?? refused;
    }
  }
}
