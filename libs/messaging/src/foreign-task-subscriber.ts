import type { ConsumeMessage } from 'amqplib';
import { setTimeout as sleep } from 'node:timers/promises';
import PQueue from 'p-queue';
import { untilDone } from './back-off.js';
import type { BrokerConnection } from './broker-connection.js';
import type { ConfirmPublisher } from './confirm-publisher.js';
import { declareTopology } from './declare-topology.js';
import { Delivery } from './delivery.js';
import type { ForeignDelivery, ForeignOutcome } from './foreign-delivery.js';
import { ForeignParking } from './foreign-parking.js';
import { reasonOf } from './in-order-consumer.js';
import { processTraced } from './message-trace.js';
import { silentLogger, type MessagingLogger } from './messaging-logger.js';
import { QUEUE } from './names.js';
import { readForeign, type ForeignReading } from './read-foreign.js';
import { StuckMessages } from './stuck-messages.js';
import { SupervisedChannel, type OpenChannel } from './supervised-channel.js';
import type { Topology } from './topology-rows.js';

/** What the subscriber needs. It owns none of it: close the connection and the publisher after it. */
export interface ForeignTaskSubscriberOptions {
  /** A consuming connection to the virtual host that it hears. */
  connection: BrokerConnection;
  /** Of that virtual host. */
  topology: Topology;
  /** To our own virtual host, where refused messages are parked. */
  publisher: ConfirmPublisher;
  /** Which one it hears. In `main` it also takes what our own programs vouch for. */
  vhost: ForeignDelivery['vhost'];
  /** Who parks: `api-1`. */
  name: string;
  logger?: MessagingLogger;
  /** Messages in hand at most, of each queue; 16 by default. */
  concurrency?: number;
  /**
   * Called for each message, several at a time and in no order; again, 200 ms to 5 s apart, for as long as it rejects. The
   * others do not wait for that one, but it keeps its place among those in hand. A message may come twice, also while
   * its first handling still goes on (the connection was lost), so it has to be idempotent.
   */
  take: (delivery: ForeignDelivery) => Promise<ForeignOutcome>;
}

const CONCURRENCY = 16;
/** What has to wait for a database or for room waits for no more than this once it is there. */
const LONGEST_PAUSE_MS = 5_000;

/**
 * Takes the messages of other systems out of a virtual host, at an API instance; instances compete for them. Each is
 * acknowledged once, after it was taken in, or was refused and then parked (`photo_repair.parking`, confirmed, with the
 * reason). What a message holds beside its body cannot break it: what cannot be read or vouched for is parked as
 * `malformed` or `forbidden` without asking `take`. It begins at once.
 */
export class ForeignTaskSubscriber {
  private readonly channel: SupervisedChannel;
  private readonly parking: ForeignParking;
  private readonly logger: MessagingLogger;
  /** For all channels, so that messages of a new channel count those from the old that are still in hand. */
  private readonly places: ReadonlyMap<string, PQueue>;
  private readonly stuck = new StuckMessages();
  private readonly stopping = new AbortController();
  private readonly patience = new AbortController();
  private readonly consumerTags = new Set<string>();

  constructor(private readonly options: ForeignTaskSubscriberOptions) {
    const { connection, topology, publisher, vhost, name, concurrency = CONCURRENCY } = options;
    const logger = (this.logger = options.logger ?? silentLogger);
    this.parking = new ForeignParking(publisher, name);
    const queues = vhost === 'main' ? [QUEUE.ingress, QUEUE.vouched] : [QUEUE.ingress];
    this.places = new Map(queues.map((queue) => [queue, new PQueue({ concurrency })]));
    this.channel = new SupervisedChannel(connection, {
      purpose: `tasks of other systems (${vhost})`,
      logger,
      create: (model) => model.createChannel(),
      setup: async (open) => {
        await declareTopology(open.amqp, topology);
        // RabbitMQ counts it for each consumer.
        await open.amqp.prefetch(concurrency);
        this.consumerTags.clear();
        for (const queue of queues) {
          const { consumerTag } = await open.amqp.consume(queue, (message) =>
            this.receive(message, queue, open),
          );
          this.consumerTags.add(consumerTag);
        }
      },
    });
  }

  /** Why messages do not come or cannot be taken (since when, how often tried), as a phrase; null when all is well. */
  get problem(): string | null {
    if (!this.channel.current)
      return this.channel.problem?.message ?? this.options.connection.problem ?? 'not connected yet';
    return this.stuck.describe('a message of another system could not be taken');
  }

  /** Resolves once messages come; rejects after `timeoutMs`, and at once with a `TopologyMismatch`. */
  whenReady(timeoutMs: number): Promise<void> {
    return this.channel.whenOpen(timeoutMs);
  }

  /**
   * Takes no more and waits for those in hand (`graceMs` at most, 5,000 by default); then aborts their signals and closes
   * its channel. What was not settled comes again, here or at another instance.
   */
  async close(graceMs = 5_000): Promise<void> {
    this.stopping.abort();
    const open = this.channel.current;
    for (const consumerTag of this.consumerTags) await open?.amqp.cancel(consumerTag).catch(() => undefined);
    const waiting = new AbortController();
    const tooLong = sleep(graceMs, undefined, { signal: waiting.signal }).catch(() => undefined);
    await Promise.race([Promise.all([...this.places.values()].map((places) => places.onIdle())), tooLong]);
    waiting.abort();
    this.patience.abort();
    await this.channel.close();
  }

  private receive(message: ConsumeMessage | null, queue: string, open: OpenChannel): void {
    if (!message) return this.channel.recycle(`the queue ${queue} is gone`);
    const delivery = new Delivery(message, queue, message.fields.routingKey, open);
    this.places
      .get(queue)!
      .add(() => this.settle(delivery))
      .catch((error: unknown) =>
        this.logger.error({ err: error, queue }, 'a message of another system was not settled'),
      );
  }

  private async settle(delivery: Delivery): Promise<void> {
    // What is left of a lost channel comes again on the next one.
    if (!delivery.isOpen || this.stopping.signal.aborted) return;
    const { queue, open } = delivery;
    const reading = readForeign(
      delivery,
      this.options.vhost,
      AbortSignal.any([open.closed, this.patience.signal]),
    );
    const isOurs = originOf(reading)?.entrance === 'vouched';
    return processTraced(delivery.message, { queue, isOurs }, () => this.settleRead(delivery, reading));
  }

  private async settleRead(delivery: Delivery, reading: ForeignReading): Promise<void> {
    const { queue, open } = delivery;
    let outcome: ForeignOutcome | undefined;
    const done = await untilDone(
      async () => {
        outcome ??= await this.judge(reading);
        // One that is lost meanwhile is judged anew when it comes again.
        if (outcome.kind === 'refused' && delivery.isOpen)
          await this.park(delivery, outcome, originOf(reading));
      },
      {
        signal: AbortSignal.any([open.closed, this.stopping.signal]),
        longestMs: LONGEST_PAUSE_MS,
        onFailure: (error, failures) => {
          this.stuck.note(delivery, failures, reasonOf(error));
          this.logger.warn({ err: error, queue, failures }, 'a message of another system has to wait');
        },
      },
    );
    this.stuck.forget(delivery);
    if (done) delivery.ack();
  }

  private async judge(reading: ForeignReading): Promise<ForeignOutcome> {
    return reading.ok ? this.options.take(reading.value) : { kind: 'refused', ...reading };
  }

  private async park(
    delivery: Delivery,
    { code, message }: Extract<ForeignOutcome, { kind: 'refused' }>,
    origin: ReturnType<typeof originOf>,
  ): Promise<void> {
    // Who was not believed is not vouched for later.
    await this.parking.park(delivery, { code, message }, code === 'unauthenticated' ? undefined : origin);
    this.logger.warn(
      { queue: delivery.queue, code, reason: message },
      'a message of another system is parked',
    );
  }
}

function originOf(reading: ForeignReading) {
  return reading.ok ? reading.value : reading.origin;
}
