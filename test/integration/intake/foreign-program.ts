import type { NoticeType, TaskNotice } from '@app/contracts';
import { connect, type Channel, type ChannelModel, type ConsumeMessage, type Options } from 'amqplib';
import { expect, vi } from 'vitest';
import type { Vhost } from '../../support/vhost.js';

/** An answer as its asker gets it. */
export interface Answer {
  notice: TaskNotice;
  correlationId: string;
  type: string;
}

/** How a message is published; to the plain queue unless it says otherwise. */
export interface Sending extends Options.Publish {
  exchange?: string;
  key?: string;
}

/** A program of another system, with a RabbitMQ user of its own, that waits for answers at its own connection. */
export class ForeignProgram {
  readonly answers: Answer[] = [];
  private sent = 0;

  private constructor(
    private readonly model: ChannelModel,
    private readonly channel: Channel,
    readonly user: string,
  ) {}

  /** Connects as the user of the tests, or as one that is made for it. */
  static async connect(vhost: Vhost, name?: string): Promise<ForeignProgram> {
    const url = new URL(vhost.url);
    if (name !== undefined) {
      await vhost.api('PUT', `/api/users/${name}`, { password: 'secret', tags: '' });
      const all = { configure: '.*', write: '.*', read: '.*' };
      await vhost.api('PUT', `/api/permissions/${vhost.name}/${name}`, all);
      url.username = name;
      url.password = 'secret';
    }
    const model = await connect(url.href, { clientProperties: { connection_name: 'foreign' } });
    const channel = await model.createChannel();
    const program = new ForeignProgram(model, channel, decodeURIComponent(url.username));
    await channel.consume('amq.rabbitmq.reply-to', (message) => program.hear(message), { noAck: true });
    return program;
  }

  /** Publishes JSON, or bytes as they are. @returns by what an answer to it is known. */
  send(body: unknown, { exchange = '', key = 'photo_repair_tasks', ...properties }: Sending = {}): string {
    const correlationId = `${this.user}-${++this.sent}`;
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const options = { replyTo: 'amq.rabbitmq.reply-to', correlationId, ...properties };
    this.channel.publish(exchange, key, bytes, options);
    return options.correlationId;
  }

  /** The first answer of one kind; waits up to 20 s for it unless told. */
  async answer(correlationId: string, type: NoticeType, timeout = 20_000): Promise<Answer> {
    return vi.waitFor(
      () => {
        const mine = this.answers.filter((answer) => answer.correlationId === correlationId);
        const found = mine.find((answer) => answer.notice.type === type);
        if (found === undefined) throw new Error(`No ${type} yet, but ${JSON.stringify(mine)}.`);
        return found;
      },
      { timeout, interval: 50 },
    );
  }

  /** Publishes it, and waits until it is a task. @returns the id of the task. */
  async sendTask(body: unknown, sending?: Sending): Promise<string> {
    const { notice } = await this.answer(this.send(body, sending), 'task.accepted');
    expect(notice.data.id).toMatch(/^[0-9a-f-]{36}$/);
    return notice.data.id ?? '';
  }

  async close(): Promise<void> {
    await this.model.close();
  }

  private hear(message: ConsumeMessage | null): void {
    if (message === null) return;
    const { correlationId, type } = message.properties;
    const notice = JSON.parse(message.content.toString()) as TaskNotice;
    this.answers.push({ notice, correlationId: String(correlationId), type: String(type) });
  }
}
