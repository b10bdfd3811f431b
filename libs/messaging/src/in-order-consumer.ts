import type { Failure } from '@app/contracts';
import type { ConsumeMessage, Message } from 'amqplib';
import { setTimeout as sleep } from 'node:timers/promises';
import PQueue from 'p-queue';
import { untilDone } from './back-off.js';
import type { BrokerConnection } from './broker-connection.js';
import type { ConfirmPublisher } from './confirm-publisher.js';
import { declareTopology } from './declare-topology.js';
import { Delivery } from './delivery.js';
import { processTraced } from './message-trace.js';
import type { MessagingLogger } from './messaging-logger.js';
import { StuckMessages } from './stuck-messages.js';
import { SupervisedChannel, type OpenChannel } from './supervised-channel.js';
import { TaskRepublisher } from './task-republisher.js';
import type { Topology } from './topology-rows.js';

/** What a message says, or why it is parked unread. */
export type Reading<T> = { ok: true; value: T } | { ok: false; failure: Failure };

export interface InOrderConsumerOptions<T> {
  connection: BrokerConnection;
  topology: Topology;
  /** For what is parked. */
  publisher: ConfirmPublisher;
  /** Who parks it. */
  name: string;
  logger: MessagingLogger;
  queue: string;
  /** What `problem` says of a message that has to wait: `the next event could not be stored`. */
  waitingWords: string;
  /** Total: says of any message what is wrong with it, and never throws. */
  read: (message: Message) => Reading<T>;
  /** Resolves to why nobody can ever handle it, if that is so; rejects where another try may help. */
  handle: (value: T, message: Message) => Promise<Failure | undefined>;
}

/** Enough that the next message is here when one is done; few, since they all come again after a lost connection. */
const PREFETCH = 20;

/**
 * A durable queue at one API instance: in order, one at a time, each acknowledged after it has been handled. One whose
 * handling fails is tried again, 200 ms to 3 s apart, and the next ones wait; one that can never be handled is parked.
 */
export class InOrderConsumer<T> {
  private readonly channel: SupervisedChannel;
  private readonly republisher: TaskRepublisher;
  /** One for all channels, so that a message of a new channel waits for the one in hand from the old. */
  private readonly inOrder = new PQueue({ concurrency: 1 });
  private readonly stopping = new AbortController();
  private consumerTag: string | undefined;
  private readonly stuck = new StuckMessages();

  constructor(private readonly options: InOrderConsumerOptions<T>) {
    this.republisher = new TaskRepublisher(options.publisher, options.name);
    this.channel = new SupervisedChannel(options.connection, {
      purpose: options.queue,
      logger: options.logger,
      create: (model) => model.createChannel(),
      setup: async (open) => {
        await declareTopology(open.amqp, options.topology);
        await open.amqp.prefetch(PREFETCH);
        const consumer = await open.amqp.consume(options.queue, (message) => this.take(message, open));
        this.consumerTag = consumer.consumerTag;
      },
    });
  }

  get problem(): string | null {
    if (!this.channel.current)
      return this.channel.problem?.message ?? this.options.connection.problem ?? 'not connected yet';
    return this.stuck.describe(this.options.waitingWords);
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
    const { queue, logger } = this.options;
    if (!message) return this.channel.recycle(`the queue ${queue} is gone`);
    const delivery = new Delivery(message, queue, message.fields.routingKey, open);
    this.inOrder
      .add(() => this.settle(delivery))
      .catch((error: unknown) => logger.error({ err: error, queue }, 'a message could not be handled'));
  }

  private async settle(delivery: Delivery): Promise<void> {
    // What is left of a lost channel comes again on the next one.
    if (!delivery.isOpen || this.stopping.signal.aborted) return;
    const { queue, read } = this.options;
    const reading = read(delivery.message);
    return processTraced(delivery.message, { queue, isOurs: true }, () => this.settleRead(delivery, reading));
  }

  private async settleRead(delivery: Delivery, reading: Reading<T>): Promise<void> {
    const { queue, logger, handle } = this.options;
    let failure = reading.ok ? undefined : reading.failure;
    const done = await untilDone(
      async () => {
        if (reading.ok && !failure) failure = await handle(reading.value, delivery.message);
        if (failure) await this.park(delivery, failure);
      },
      {
        signal: AbortSignal.any([delivery.open.closed, this.stopping.signal]),
        onFailure: (error, failures) => {
          this.stuck.note(delivery, failures, reasonOf(error));
          logger.error({ err: error, queue, failures }, 'a message could not be handled yet');
        },
      },
    );
    this.stuck.forget(delivery);
    if (done) delivery.ack();
  }

  private async park(delivery: Delivery, failure: Failure): Promise<void> {
    // Nobody has run anything here: this is no attempt at a task.
    await this.republisher.toParking(delivery, failure, 0);
    this.options.logger.error({ queue: delivery.queue, reason: failure.message }, 'parked a message');
  }
}

/** What an error says of itself; a refused connection to several addresses has no message, only a code. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || (error as NodeJS.ErrnoException).code || error.name;
}
