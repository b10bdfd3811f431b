import type { BrokerConnection } from './broker-connection.js';
import type { ConfirmPublisher } from './confirm-publisher.js';
import type { BroadcastConsumer } from './broadcast-consumer.js';
import type { InOrderConsumer } from './in-order-consumer.js';
import { consumeLiveEvents, type LiveEvent } from './live-event-consumer.js';
import { silentLogger, type MessagingLogger } from './messaging-logger.js';
import { consumeStateEvents, type StateEvent } from './state-event-consumer.js';
import type { Topology } from './topology-rows.js';

/** What a subscriber needs. It owns none of it: close the connection and the publisher after it. */
export interface TaskEventSubscriberOptions {
  /** The consuming connection of the process. */
  connection: BrokerConnection;
  topology: Topology;
  /** For events that cannot be read or never be stored, which are parked. */
  publisher: ConfirmPublisher;
  /** Who parked them: `api-1`. */
  name: string;
  logger?: MessagingLogger;
  /**
   * True where trying again can never help: the database refuses the event's values, say. Such an event is parked with
   * the error's message, and the next one is handled. Without it every error counts as one that may pass.
   */
  isPermanent?: (error: unknown) => boolean;
}

/** Hears what the workers tell, at an API instance. */
export class TaskEventSubscriber {
  private states: InOrderConsumer<StateEvent> | undefined;
  private live: BroadcastConsumer<LiveEvent> | undefined;

  constructor(private readonly options: TaskEventSubscriberOptions) {}

  /**
   * State events from the durable results queue, in its order, one at a time; each is acknowledged when the handler
   * resolves. A handler that rejects is called again with the same event, 200 ms to 3 s apart, for as long as it
   * takes: nothing is dropped, and nothing overtakes it (`problem` tells from the third failure on; `isPermanent`
   * names the errors for which the event is parked instead). An event may come twice (after a lost connection), so the
   * handler has to be idempotent by task, attempt and kind. API instances compete for the events.
   *
   * Call it once.
   */
  onStateEvent(handler: (event: StateEvent) => Promise<void>): void {
    if (this.states) throw new Error('State events have a handler already.');
    this.states = consumeStateEvents({ ...this.fullOptions(), handler });
  }

  /**
   * Progress of running tasks and changes that other API instances have stored, while this process is connected; every
   * instance gets all of them. Lossy: at most 10,000 wait, none longer than a minute. What the handler throws is
   * logged.
   *
   * Call it once.
   *
   * @param onOpen called each time that they begin to come, at first and after a lost connection: what was told before has
   *   been missed.
   */
  onLive(handler: (event: LiveEvent) => void, onOpen?: () => void): void {
    if (this.live) throw new Error('Live events have a handler already.');
    this.live = consumeLiveEvents({ ...this.fullOptions(), handler, ...(onOpen && { onOpen }) });
  }

  /** Why events do not come or cannot be stored (since when, how often tried), as a phrase; null when all is well. */
  get problem(): string | null {
    return this.states?.problem ?? this.live?.problem ?? null;
  }

  /** Resolves once events come; rejects after `timeoutMs`, and at once with a `TopologyMismatch`. */
  async whenReady(timeoutMs: number): Promise<void> {
    await Promise.all([this.states?.whenReady(timeoutMs), this.live?.whenReady(timeoutMs)]);
  }

  /** Takes no more events, waits for the one in hand (`graceMs` at most, 5,000 by default) and closes its channels. */
  async close(graceMs = 5_000): Promise<void> {
    await Promise.all([this.states?.close(graceMs), this.live?.close()]);
  }

  private fullOptions() {
    return { ...this.options, logger: this.options.logger ?? silentLogger };
  }
}
