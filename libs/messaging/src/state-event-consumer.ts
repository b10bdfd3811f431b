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
  isPermanent?: (error: unknown) => boolean;
}

/** The event in hand, whose handler fails. */
interface Stuck {
  since: Date;
  failures: number;
  reason: string;
}

/** Enough that the next event is here when one is stored; few, since they all come again after a lost connection. */
const PREFETCH = 20;
/** Fewer may be a hiccup of the database. */
const FAILURES_TO_TELL = 3;
const LONGEST_REASON = 300;
const LONGEST_FAILURE = 2000;

/** The results queue at one API instance: in order, one at a time, acknowledged after the handler. */
export class StateEventConsumer {
  private readonly channel: SupervisedChannel;
  private readonly republisher: TaskRepublisher;
  /** One for all channels, so that an event of a new channel waits for the one in hand from the old. */
  private readonly inOrder = new PQueue({ concurrency: 1 });
  private readonly stopping = new AbortController();
  private consumerTag: string | undefined;
  private stuck: Stuck | undefined;

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
    if (!this.channel.current)
      return this.channel.problem?.message ?? this.options.connection.problem ?? 'not connected yet';
    if (!this.stuck || this.stuck.failures < FAILURES_TO_TELL) return null;
    const { since, failures, reason } = this.stuck;
    return `the next event could not be stored since ${since.toISOString()}, in ${failures} tries: ${reason}`;
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
    let failure = decoded.ok ? undefined : decoded.failure;
    const since = new Date();
    const done = await untilDone(
      async () => {
        if (decoded.ok && !failure) failure = await this.tryToHandle(decoded.event);
        if (failure) await this.park(delivery, failure);
      },
      {
        signal: AbortSignal.any([delivery.open.closed, this.stopping.signal]),
        onFailure: (error, failures) => {
          this.stuck = { since, failures, reason: reasonOf(error).slice(0, LONGEST_REASON) };
          this.options.logger.error({ err: error, failures }, 'an event could not be handled yet');
        },
      },
    );
    this.stuck = undefined;
    if (done) delivery.ack();
  }

  /** Resolves to why it never can be handled, if that is so; rejects where another try may help. */
  private async tryToHandle(event: StateEvent): Promise<Failure | undefined> {
    try {
      await this.options.handler(event);
      return undefined;
    } catch (error) {
      if (!this.options.isPermanent?.(error)) throw error;
      const message = `The event can never be stored: ${reasonOf(error)}`.slice(0, LONGEST_FAILURE);
      return { code: 'malformed_message', message };
    }
  }

  private async park(delivery: Delivery, failure: Failure): Promise<void> {
    await this.republisher.toParking(delivery, failure, 1);
    this.options.logger.error({ reason: failure.message }, 'parked an event');
  }
}

/** A refused connection to several addresses has no message, only a code. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || (error as NodeJS.ErrnoException).code || error.name;
}

function decodeEvent(body: Buffer): { ok: true; event: StateEvent } | { ok: false; failure: Failure } {
  const decoded = decodeJson(body, taskEventSchema);
  if (decoded.ok && decoded.value.kind !== 'progress') return { ok: true, event: decoded.value };
  const problem = decoded.ok ? 'progress is no change of state' : decoded.problem;
  return { ok: false, failure: { code: 'malformed_message', message: `Cannot read the event: ${problem}.` } };
}
