import { connect, type ConfirmChannel, type GetMessage } from 'amqplib';

const COPIES = 'faults.copies';
const TASKS = 'photo_repair.work';

/** Puts messages into the broker past all of our own programs, and keeps a copy of every task message that passes. */
export class MessageBox {
  private constructor(
    private readonly channel: ConfirmChannel,
    readonly close: () => Promise<void>,
  ) {}

  static async open(url: string, taskTypes: readonly string[]): Promise<MessageBox> {
    const model = await connect(url, { clientProperties: { connection_name: 'faults message box' } });
    const channel = await model.createConfirmChannel();
    await channel.assertQueue(COPIES, { exclusive: true });
    for (const taskType of taskTypes) await channel.bindQueue(COPIES, TASKS, taskType);
    return new MessageBox(channel, () => model.close());
  }

  /** The task messages that were published since it was asked last, retries included. */
  async copies(): Promise<GetMessage[]> {
    return this.takeAll(COPIES);
  }

  /** Takes all messages out of a queue. */
  async takeAll(queue: string): Promise<GetMessage[]> {
    const taken: GetMessage[] = [];
    for (;;) {
      const message = await this.channel.get(queue, { noAck: true });
      if (!message) return taken;
      taken.push(message);
    }
  }

  /** Takes the next message out of a queue and puts it back, as a worker does that cannot begin it now. */
  async giveBack(queue: string): Promise<boolean> {
    const message = await this.channel.get(queue);
    if (message) this.channel.nack(message, false, true);
    return message !== false;
  }

  /** Publishes a message again as it was: same body, same headers, same id. */
  async again(messages: readonly GetMessage[], changed: { headers?: object } = {}): Promise<void> {
    for (const { content, fields, properties } of messages) {
      const { expiration: _limit, ...rest } = properties;
      this.channel.publish(TASKS, fields.routingKey, content, { ...rest, ...changed });
    }
    await this.channel.waitForConfirms();
  }

  async publish(exchange: string, key: string, body: object, options: { messageId: string }): Promise<void> {
    this.channel.publish(exchange, key, Buffer.from(JSON.stringify(body)), { ...options, persistent: true });
    await this.channel.waitForConfirms();
  }
}
