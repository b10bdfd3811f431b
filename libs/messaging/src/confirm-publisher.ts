import type { ConfirmChannel, Message } from 'amqplib';
import { untilDone } from './back-off.js';
import type { BrokerConnection } from './broker-connection.js';
import type { BrokerMetrics } from './broker-metrics.js';
import { declareTopology, explainTopology, findOrTrust } from './declare-topology.js';
import { silentLogger, type MessagingLogger } from './messaging-logger.js';
import { sendTraced } from './message-trace.js';
import { workQueueName } from './names.js';
import type { OutgoingMessage } from './outgoing-message.js';
import { withOwnChannel } from './own-channel.js';
import { PublishError } from './publish-error.js';
import { SupervisedChannel } from './supervised-channel.js';
import { TopologyMismatch } from './topology-mismatch.js';
import { TopologyMissing } from './topology-missing.js';
import type { Topology } from './topology-rows.js';

export type { OutgoingMessage } from './outgoing-message.js';

/** What a publisher declares, and its limits. */
export interface ConfirmPublisherOptions {
  /** Declared whenever the channel opens, so that what is published has a queue to go to. */
  topology: Topology;
  logger?: MessagingLogger;
  /** Told of every message that has to be confirmed. */
  metrics?: BrokerMetrics;
  /** Unconfirmed messages at most, 1,000 by default; one more is refused. */
  maxInFlight?: number;
  /** Patience for one confirm, 5,000 ms by default. */
  confirmTimeoutMs?: number;
}

interface InFlight {
  message: OutgoingMessage;
  returned: boolean;
}

/**
 * Publishes with the broker's confirm: a resolved promise means that the message is in a durable queue, on disk if it
 * is persistent. It fails fast with a `PublishError` and buffers nothing: who must not lose a message keeps it (an
 * outbox row, an unacknowledged delivery) and publishes it again.
 */
export class ConfirmPublisher {
  private readonly channel: SupervisedChannel<ConfirmChannel>;
  private readonly inFlight = new Set<InFlight>();
  private readonly maxInFlight: number;
  private readonly confirmTimeoutMs: number;
  private readonly idle = new Set<() => void>();
  private writable = true;
  private declaring: Promise<void> | undefined;
  private readonly closing = new AbortController();

  constructor(
    readonly connection: BrokerConnection,
    private readonly options: ConfirmPublisherOptions,
  ) {
    this.maxInFlight = options.maxInFlight ?? 1000;
    this.confirmTimeoutMs = options.confirmTimeoutMs ?? 5_000;
    this.channel = new SupervisedChannel(connection, {
      purpose: 'publish',
      logger: options.logger ?? silentLogger,
      create: (model) => model.createConfirmChannel(),
      setup: async ({ amqp }) => {
        amqp.on('return', (message) => this.markReturned(message));
        amqp.on('drain', () => (this.writable = true));
        await declareTopology(amqp, options.topology);
        this.writable = true;
      },
    });
  }

  /** Why nothing can be published now, as a plain sentence; null when it can. */
  get problem(): string | null {
    if (this.channel.current && this.connection.state === 'connected') return null;
    const reason = this.channel.problem?.message ?? this.connection.problem ?? 'not connected yet';
    return `Nothing can be published to the broker at ${this.connection.address}: ${reason.replace(/\.$/, '')}.`;
  }

  /** Which queue or exchange is not as it has to be, as a plain sentence; null where none is known to be. */
  get topologyProblem(): string | null {
    const { problem } = this.channel;
    const isOfTopology = problem instanceof TopologyMismatch || problem instanceof TopologyMissing;
    return isOfTopology ? problem.message : null;
  }

  /** Resolves once messages can be published; rejects after `timeoutMs`, and at once with a `TopologyMismatch`. */
  whenReady(timeoutMs: number): Promise<void> {
    return this.channel.whenOpen(timeoutMs);
  }

  /** Resolves once the broker has taken the message and put it in a queue; rejects with a `PublishError`. */
  publish(message: OutgoingMessage): Promise<void> {
    const { metrics } = this.options;
    return sendTraced(message, (traced) =>
      metrics ? metrics.watch(() => this.confirmed(traced)) : this.confirmed(traced),
    );
  }

  private async confirmed(message: OutgoingMessage): Promise<void> {
    const open = this.usable();
    if (this.inFlight.size >= this.maxInFlight) {
      throw new PublishError(
        'PUBLISH_WINDOW_FULL',
        `${this.maxInFlight} messages wait for their confirm already.`,
      );
    }
    const entry: InFlight = { message, returned: false };
    this.inFlight.add(entry);
    try {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => {
          const seconds = this.confirmTimeoutMs / 1000;
          reject(
            new PublishError('CONFIRM_TIMEOUT', `The broker did not confirm a message within ${seconds} s.`),
          );
        }, this.confirmTimeoutMs);
        const settle = (error: Error | null) => {
          clearTimeout(timer);
          if (error) reject(confirmError(error));
          else resolve();
        };
        try {
          const { exchange, routingKey, body, properties, mandatory = true } = message;
          this.writable = open.publish(exchange, routingKey, body, { ...properties, mandatory }, settle);
        } catch (error) {
          clearTimeout(timer);
          reject(
            error instanceof Error && error.name === 'IllegalOperationError' ? confirmError(error) : error,
          );
        }
      });
    } finally {
      this.inFlight.delete(entry);
      if (this.inFlight.size === 0) for (const resolve of this.idle) resolve();
    }
    if (entry.returned) {
      // Whoever publishes the message again shall find its queue. What is sent to a queue by its name is not ours.
      if (message.exchange !== '') void this.declare();
      throw new PublishError(
        'UNROUTABLE',
        `No queue takes '${message.routingKey}' from ${message.exchange}.`,
      );
    }
  }

  /**
   * Sends without waiting and without a promise that it arrives: progress, not state. Returns false where it was
   * dropped, because there is no broker or the connection is full.
   */
  publishLossy(message: OutgoingMessage): boolean {
    if (this.problem !== null || !this.writable || !this.channel.current) return false;
    try {
      const { exchange, routingKey, body, properties } = message;
      this.writable = this.channel.current.amqp.publish(exchange, routingKey, body, properties);
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'IllegalOperationError') return false;
      throw error;
    }
  }

  /**
   * Declares the topology once more: it has grown, or a queue of ours was deleted by hand. Resolves when that is done, or
   * at once without a channel, which declares when it opens, and where this program declares nothing. Never rejects.
   */
  async declare(): Promise<void> {
    const open = this.channel.current;
    if (!open || !this.options.topology.declares) return;
    // What has grown meanwhile is not in the one that is under way.
    await this.declaring;
    this.declaring ??= declareTopology(open.amqp, this.options.topology)
      // The broker closes the channel over a failed declare; opening it again declares and reports.
      .catch(() => undefined)
      .finally(() => (this.declaring = undefined));
    await this.declaring;
  }

  /**
   * Resolves to true once there are work queues for these task types, at once where this program makes them; they are
   * looked for every 200 ms to 3 s, on a channel of their own. Resolves to false when the publisher is closed before.
   */
  async whenThere(taskTypes: readonly string[]): Promise<boolean> {
    if (this.options.topology.declares) return true;
    const done = await untilDone(
      () =>
        withOwnChannel(this.connection, async ({ amqp }) => {
          for (const taskType of taskTypes) await findOrTrust(amqp, workQueueName(taskType));
        }),
      {
        signal: this.closing.signal,
        onFailure: (error, failures) => {
          if (failures > 1) return;
          const reason = (explainTopology(error) ?? (error as Error)).message;
          this.options.logger?.warn({ taskTypes, reason }, 'tasks of new types cannot be taken yet');
        },
      },
    );
    return done !== undefined;
  }

  /** Waits for outstanding confirms (at most one confirm timeout), then closes the channel. */
  async close(): Promise<void> {
    this.closing.abort();
    if (this.inFlight.size > 0) await new Promise<void>((resolve) => this.idle.add(resolve));
    await this.channel.close();
  }

  private usable(): ConfirmChannel {
    const open = this.channel.current;
    const problem = this.problem;
    if (problem !== null || !open)
      throw new PublishError('BROKER_UNAVAILABLE', problem ?? 'No channel is open.');
    return open.amqp;
  }

  /** The broker sends a returned message before its confirm, in the order of publishing. */
  private markReturned(returned: Message): void {
    const { exchange, routingKey } = returned.fields;
    for (const entry of this.inFlight) {
      const { message } = entry;
      if (
        !entry.returned &&
        message.properties.messageId === returned.properties.messageId &&
        message.exchange === exchange &&
        message.routingKey === routingKey
      ) {
        entry.returned = true;
        return;
      }
    }
  }
}

function confirmError(error: Error): PublishError {
  return error.message === 'message nacked'
    ? new PublishError('NACKED', 'The broker refused the message.')
    : new PublishError(
        'BROKER_UNAVAILABLE',
        'The connection to the broker broke before it confirmed the message.',
      );
}
