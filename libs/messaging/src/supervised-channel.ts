import type { Channel, ChannelModel } from 'amqplib';
import { backOffMs } from './back-off.js';
import type { BrokerConnection } from './broker-connection.js';
import type { MessagingLogger } from './messaging-logger.js';
import { explainTopology } from './declare-topology.js';
import { TopologyMismatch } from './topology-mismatch.js';

/** One life of a channel. Its deliveries can be settled on it only, and only until `closed` is aborted. */
export interface OpenChannel<C extends Channel = Channel> {
  readonly amqp: C;
  readonly closed: AbortSignal;
}

export interface SupervisedChannelOptions<C extends Channel> {
  /** For logs: `tasks`, `results`. */
  purpose: string;
  logger: MessagingLogger;
  create: (model: ChannelModel) => Promise<C>;
  /** Runs on every new channel, before it is handed out: declare, prefetch, consume. A rejection closes it again. */
  setup: (open: OpenChannel<C>) => Promise<void>;
}

/** A channel that lived shorter than this died of its own doing; opening it again has to slow down. */
const HEALTHY_AFTER_MS = 10_000;

/**
 * A channel that is opened again whenever it closes, on the same connection after 200 ms to 3 s, or as soon as the
 * connection is back. One channel's error leaves the others of the connection alone.
 */
export class SupervisedChannel<C extends Channel = Channel> {
  private open: OpenChannel<C> | undefined;
  private failures = 0;
  private timer: NodeJS.Timeout | undefined;
  private opening: Promise<void> | undefined;
  private ended = false;
  private lastProblem: Error | null = null;
  private readonly waiting = new Set<() => void>();
  private readonly stopListening: () => void;

  constructor(
    private readonly connection: BrokerConnection,
    private readonly options: SupervisedChannelOptions<C>,
  ) {
    this.stopListening = connection.onState((state) => {
      if (state === 'connected' && !this.open) this.schedule(0);
    });
    this.schedule(0);
  }

  /** The channel to use right now; undefined while there is none. */
  get current(): OpenChannel<C> | undefined {
    return this.open;
  }

  /** Why there is none. */
  get problem(): Error | null {
    return this.open ? null : this.lastProblem;
  }

  /** Resolves when it is open; rejects after `timeoutMs`, and at once with a `TopologyMismatch`. */
  async whenOpen(timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!this.open) {
      if (this.lastProblem instanceof TopologyMismatch) throw this.lastProblem;
      const leftMs = deadline - Date.now();
      if (leftMs <= 0 || this.ended) {
        const reason = this.lastProblem?.message ?? this.connection.problem ?? 'no answer';
        throw new Error(`The broker at ${this.connection.address} cannot be used: ${reason}.`);
      }
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          this.waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, leftMs);
        this.waiting.add(done);
      });
    }
  }

  /** Closes the present channel on purpose, for a fresh one: the broker cancelled a consumer, say. */
  recycle(reason: string): void {
    if (!this.open) return;
    this.options.logger.warn({ purpose: this.options.purpose, reason }, 'opening the channel again');
    // Fails only where the channel is closing anyway, which is what is wanted.
    this.open.amqp.close().catch(() => undefined);
  }

  /** Closes it for good. Deliveries that are not settled go back to their queue. */
  async close(): Promise<void> {
    this.ended = true;
    this.stopListening();
    clearTimeout(this.timer);
    await this.opening;
    await this.open?.amqp.close().catch(() => undefined);
    this.tellWaiting();
  }

  private schedule(delayMs: number): void {
    clearTimeout(this.timer);
    if (this.ended) return;
    this.timer = setTimeout(() => {
      this.opening ??= this.tryOpen().finally(() => (this.opening = undefined));
    }, delayMs);
  }

  private async tryOpen(): Promise<void> {
    const model = this.connection.model;
    // Without a connection there is nothing to try; its return starts this again.
    if (!model || this.open || this.ended) return;
    const life = new AbortController();
    let channel: C | undefined;
    try {
      channel = await this.options.create(model);
      channel.on('error', (error) => this.note(error));
      channel.on('handler-error', (error) => this.note(error));
      const openedAt = Date.now();
      channel.once('close', () => {
        life.abort();
        const wasOpen = this.open?.closed === life.signal;
        if (!wasOpen) return;
        this.open = undefined;
        if (Date.now() - openedAt > HEALTHY_AFTER_MS) this.failures = 0;
        this.schedule(backOffMs(this.failures++));
      });
      const open = { amqp: channel, closed: life.signal };
      await this.options.setup(open);
      if (life.signal.aborted) throw this.lastProblem ?? new Error('the channel closed while it was set up');
      this.open = open;
      this.lastProblem = null;
      this.tellWaiting();
    } catch (error) {
      this.note(error);
      await channel?.close().catch(() => undefined);
      this.schedule(backOffMs(this.failures++));
    }
  }

  private note(error: unknown): void {
    const problem = error instanceof Error ? error : new Error(String(error));
    // The broker's 406 arrives twice: as the failed declare, translated, and as the channel's own error.
    const translated = explainTopology(problem) ?? problem;
    if (translated.message !== this.lastProblem?.message) {
      const { name, message } = translated;
      this.options.logger.error({ purpose: this.options.purpose, error: name }, message);
    }
    this.lastProblem = translated;
    this.tellWaiting();
  }

  private tellWaiting(): void {
    for (const done of this.waiting) done();
  }
}
