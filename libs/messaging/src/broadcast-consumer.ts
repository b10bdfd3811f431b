import type { ConsumeMessage } from 'amqplib';
import type { z } from 'zod';
import type { BrokerConnection } from './broker-connection.js';
import { declareTopology } from './declare-topology.js';
import { decodeJson } from './decode-json.js';
import type { MessagingLogger } from './messaging-logger.js';
import { SupervisedChannel } from './supervised-channel.js';
import type { BindingRow, Topology } from './topology-rows.js';

export interface BroadcastConsumerOptions<T> {
  connection: BrokerConnection;
  topology: Topology;
  logger: MessagingLogger;
  /** For logs: `live`, `control`. */
  purpose: string;
  /** Of the queue; nobody else declares it, so they may change freely. */
  limits: Readonly<Record<string, number>>;
  sources: readonly Omit<BindingRow, 'queue'>[];
  schema: z.ZodType<T>;
  handler: (value: T) => void;
  /** Each time that messages begin to come; what was sent before has been missed. */
  onOpen?: () => void;
}

/**
 * A queue of this process alone, which ends with its connection: what is sent to everyone and only worth hearing now.
 * What cannot be read and what the handler throws is logged.
 */
export class BroadcastConsumer<T> {
  private readonly channel: SupervisedChannel;

  constructor(private readonly options: BroadcastConsumerOptions<T>) {
    this.channel = new SupervisedChannel(options.connection, {
      purpose: options.purpose,
      logger: options.logger,
      create: (model) => model.createChannel(),
      setup: async ({ amqp }) => {
        await declareTopology(amqp, options.topology);
        const { queue } = await amqp.assertQueue('', {
          exclusive: true,
          autoDelete: true,
          arguments: options.limits,
        });
        for (const { exchange, routingKey } of options.sources) {
          await amqp.bindQueue(queue, exchange, routingKey);
        }
        await amqp.consume(queue, (message) => this.take(message), { noAck: true });
        this.callOwner(() => options.onOpen?.());
      },
    });
  }

  get problem(): string | null {
    if (this.channel.current) return null;
    return this.channel.problem?.message ?? this.options.connection.problem ?? 'not connected yet';
  }

  whenReady(timeoutMs: number): Promise<void> {
    return this.channel.whenOpen(timeoutMs);
  }

  close(): Promise<void> {
    return this.channel.close();
  }

  private take(message: ConsumeMessage | null): void {
    const { purpose, logger, schema, handler } = this.options;
    if (!message) return this.channel.recycle(`the ${purpose} queue is gone`);
    const decoded = decodeJson(message.content, schema);
    if (decoded.ok) this.callOwner(() => handler(decoded.value));
    else logger.warn({ purpose, problem: decoded.problem }, 'a broadcast message cannot be read');
  }

  /** What it throws must not reach the channel, which amqplib would close. */
  private callOwner(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.options.logger.error({ err: error, purpose: this.options.purpose }, 'a broadcast handler failed');
    }
  }
}
