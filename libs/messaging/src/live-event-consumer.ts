import { taskChangedSchema, taskEventSchema, type TaskChanged, type TaskEvent } from '@app/contracts';
import type { ConsumeMessage } from 'amqplib';
import { z } from 'zod';
import type { BrokerConnection } from './broker-connection.js';
import { declareTopology } from './declare-topology.js';
import { decodeJson } from './decode-json.js';
import type { MessagingLogger } from './messaging-logger.js';
import { EXCHANGE } from './names.js';
import { SupervisedChannel } from './supervised-channel.js';
import type { Topology } from './topology-rows.js';

/** What is only worth hearing now. */
export type LiveEvent = Extract<TaskEvent, { kind: 'progress' }> | TaskChanged;

export interface LiveEventConsumerOptions {
  connection: BrokerConnection;
  topology: Topology;
  logger: MessagingLogger;
  handler: (event: LiveEvent) => void;
}

/** The broker throws away the oldest beyond this, and what nobody took for a minute: a page wants the latest. */
const LIMITS = { 'x-max-length': 10_000, 'x-message-ttl': 60_000 };

const liveSchema = z.union([taskChangedSchema, taskEventSchema]);

/** A queue of this process alone, which ends with its connection. */
export class LiveEventConsumer {
  private readonly channel: SupervisedChannel;

  constructor(private readonly options: LiveEventConsumerOptions) {
    this.channel = new SupervisedChannel(options.connection, {
      purpose: 'live',
      logger: options.logger,
      create: (model) => model.createChannel(),
      setup: async ({ amqp }) => {
        await declareTopology(amqp, options.topology);
        const { queue } = await amqp.assertQueue('', {
          exclusive: true,
          autoDelete: true,
          arguments: LIMITS,
        });
        await amqp.bindQueue(queue, EXCHANGE.events, 'progress.#');
        await amqp.bindQueue(queue, EXCHANGE.events, 'changed.#');
        await amqp.consume(queue, (message) => this.take(message), { noAck: true });
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
    if (!message) return this.channel.recycle('the live queue is gone');
    const decoded = decodeJson(message.content, liveSchema);
    if (!decoded.ok || (decoded.value.kind !== 'progress' && decoded.value.kind !== 'changed')) {
      this.options.logger.warn({ key: message.fields.routingKey }, 'a live event cannot be read');
      return;
    }
    try {
      this.options.handler(decoded.value);
    } catch (error) {
      this.options.logger.error({ err: error }, 'the handler of live events failed');
    }
  }
}
