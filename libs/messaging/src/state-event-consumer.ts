import { taskEventSchema, type Failure, type TaskEvent } from '@app/contracts';
import type { ConsumeMessage } from 'amqplib';
import { setTimeout as sleep } from 'node:timers/promises';
import PQueue from 'p-queue';
import { untilDone } from './back-off.js';
import type { BrokerConnection } from './broker-connection.js';
import type { ConfirmPublisher } from './confirm-publisher.js';
import { declareTopology } from './declare-topology.js';
import { decodeJson } from './decode-json.js';
import { Delivery } from './delivery.js';
import type { MessagingLogger } from './messaging-logger.js';
import { QUEUE } from './names.js';
import { SupervisedChannel, type OpenChannel } from './supervised-channel.js';
import { TaskRepublisher } from './task-republisher.js';
import type { Topology } from './topology-rows.js';

/** An event that changes a task's state. */
export type StateEvent = Exclude<TaskEvent, { kind: 'progress' }>;

export interface StateEventConsumerOptions {
  connection: BrokerConnection;
  topology: Topology;
  publisher: ConfirmPublisher;
  name: string;
  logger: MessagingLogger;
  handler: (event: StateEvent) => Promise<void>;
}

/** Enough that the next event is here when one is stored; few, since they all come again after a lost connection. */
const PREFETCH = 20;

/** The results queue at one API instance: in order, one at a time, acknowledged after the handler. */
export class StateEventConsumer {
  private readonly channel: SupervisedChannel;
  private readonly republisher: TaskRepublisher;
  /** One for all channels, so that an event of a new channel waits for the one in hand from the old. */
  private readonly inOrder = new PQueue({ concurrency: 1 });
  private readonly stopping = new AbortController();
  private consumerTag: string | undefined;

  constructor(private readonly options: StateEventConsumerOptions) {
    this.republisher = new TaskRepublisher(options.publisher, options.name);
    this.channel = new SupervisedChannel(options.connection, {
      purpose: 'results',
      logger: options.logger,
      create: (model) => model.createChannel(),
      setup: async (open) => {
        await declareTopology(open.amqp, options.topology);
        await open.amqp.prefetch(PREFETCH);
        const consumer = await open.amqp.consume(QUEUE.results, (message) => this.take(message, open));
        this.consumerTag = consumer.consumerTag;
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

  async close(graceMs: number): Promise<void> {
    this.stopping.abort();
    if (this.consumerTag) await this.channel.current?.amqp.cancel(this.consumerTag).catch(() => undefined);
    const waiting = new AbortController();
    const tooLong = sleep(graceMs, undefined, { signal: waiting.signal }).catch(() => undefined);
    await Promise.race([this.inOrder.onIdle(), tooLong]);
    waiting.abort();
    await this.channel.close();
  }

  private take(message: ConsumeMessage | null, open: OpenChannel): void {
    if (!message) return this.channel.recycle(`the queue ${QUEUE.results} is gone`);
    const delivery = new Delivery(message, QUEUE.results, message.fields.routingKey, open);
    this.inOrder
      .add(() => this.handle(delivery))
      .catch((error: unknown) => this.options.logger.error({ err: error }, 'an event could not be handled'));
  }

  private async handle(delivery: Delivery): Promise<void> {
    // What is left of a lost channel comes again on the next one.
    if (!delivery.isOpen || this.stopping.signal.aborted) return;
    const decoded = decodeEvent(delivery.message.content);
    const done = await untilDone(
      () => (decoded.ok ? this.options.handler(decoded.event) : this.park(delivery, decoded.failure)),
      {
        signal: AbortSignal.any([delivery.open.closed, this.stopping.signal]),
        onFailure: (error, failures) =>
          this.options.logger.error({ err: error, failures }, 'an event could not be handled yet'),
      },
    );
    if (done) delivery.ack();
  }

  private async park(delivery: Delivery, failure: Failure): Promise<void> {
    await this.republisher.toParking(delivery, failure, 1);
    this.options.logger.error({ reason: failure.message }, 'parked an event that cannot be read');
  }
}

function decodeEvent(body: Buffer): { ok: true; event: StateEvent } | { ok: false; failure: Failure } {
  const decoded = decodeJson(body, taskEventSchema);
  if (decoded.ok && decoded.value.kind !== 'progress') return { ok: true, event: decoded.value };
  const problem = decoded.ok ? 'progress is no change of state' : decoded.problem;
  return { ok: false, failure: { code: 'malformed_message', message: `Cannot read the event: ${problem}.` } };
}
