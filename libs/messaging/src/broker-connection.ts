import { connect, type AmqpConnectionManager } from 'amqp-connection-manager';
import { connect as connectOnce, type Channel, type ChannelModel } from 'amqplib';
import { parseAmqpUrl, redactAmqpUrl } from './amqp-url.js';
import { explainConnectError, type ConnectProblemCode } from './connect-problem.js';
import { silentLogger, type MessagingLogger } from './messaging-logger.js';
import { keepHeadersReadable } from './readable-headers.js';

/**
 * `connecting` before the first and after a lost connection (it is tried again for ever); `blocked` while the
 * broker refuses to take messages (memory or disk alarm); `closed` after `close()`.
 */
export type BrokerState = 'connecting' | 'connected' | 'blocked' | 'closed';

/** Where to connect to, and under which name. */
export interface BrokerConnectionOptions {
  /** `amqp://user:password@host:5672/vhost`; a `heartbeat` in its query wins over ours. */
  url: string;
  /** Shown to operators in the management page: `worker-1-consume`. */
  name: string;
  logger?: MessagingLogger;
}

/** RabbitMQ advises 5 to 20 s; a peer that vanished without a word is noticed after two of them. */
const HEARTBEAT_SECONDS = 10;
const RECONNECT_SECONDS = 1;
/** Until the broker has answered the handshake. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * One connection that comes back by itself. Use two in a process, one to publish and one to consume: under a memory
 * alarm the broker stops reading from whatever publishes, and acknowledgements must not wait behind that.
 *
 * It starts at once and never gives up. It opens no channels (see `SupervisedChannel`) and buffers nothing.
 * Throws `InvalidAmqpUrl` for an address that cannot be one; never logs the password.
 */
export class BrokerConnection {
  readonly name: string;
  /** The address without its password. */
  readonly address: string;
  private readonly url: string;
  private readonly manager: AmqpConnectionManager;
  private readonly logger: MessagingLogger;
  private readonly listeners = new Set<(state: BrokerState) => void>();
  private current: BrokerState = 'connecting';
  private lastProblem: string | null = null;
  private lastCode: ConnectProblemCode | null = null;

  constructor(options: BrokerConnectionOptions) {
    this.name = options.name;
    this.address = redactAmqpUrl(options.url);
    this.logger = options.logger ?? silentLogger;
    this.url = parseAmqpUrl(options.url).toString();
    this.manager = connect(this.url, {
      heartbeatIntervalInSeconds: HEARTBEAT_SECONDS,
      reconnectTimeInSeconds: RECONNECT_SECONDS,
      connectionOptions: socketOptions(options.name),
    });
    this.manager.on('connect', ({ connection }: { connection: ChannelModel }) => {
      keepHeadersReadable(connection);
      // A listener that throws must not take the connection down with it.
      connection.on('handler-error', (error) =>
        this.logger.error({ err: error }, 'a broker listener failed'),
      );
      this.move('connected');
    });
    this.manager.on('disconnect', ({ err }: { err?: Error }) => {
      this.fail(err?.message ?? 'the connection ended', 'lost the broker');
    });
    this.manager.on('connectFailed', ({ err }: { err: Error }) => {
      const { phrase, code } = explainConnectError(err);
      this.fail(phrase, 'could not reach the broker', code);
    });
    this.manager.on('blocked', ({ reason }) =>
      this.move('blocked', `the broker takes no messages: ${reason}`),
    );
    this.manager.on('unblocked', () => this.move('connected'));
  }

  get state(): BrokerState {
    return this.current;
  }

  /** Why it is not `connected`, as a phrase; null when it is. */
  get problem(): string | null {
    return this.lastProblem;
  }

  /** What the last attempt to connect failed of; null while it is connected, and where an open connection was lost. */
  get problemCode(): ConnectProblemCode | null {
    return this.lastCode;
  }

  /** The open connection; undefined while there is none. */
  get model(): ChannelModel | undefined {
    return this.current === 'closed' ? undefined : this.manager.connection;
  }

  /** Calls back after each change of state, not for the present one. Returns how to stop that. */
  onState(listener: (state: BrokerState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Does an errand on a connection that is opened for it alone and closed afterwards (about 10 ms): for what may make the
   * broker end a connection. Rejects with what ended it, its `code` being the broker's.
   */
  async aside<T>(errand: (channel: Channel) => Promise<T>): Promise<T> {
    const model = await connectOnce(this.url, socketOptions(`${this.name} aside`));
    let broken: unknown;
    model.on('error', (error) => (broken = error));
    try {
      const channel = await model.createChannel();
      // The call that the broker refused rejects with the same error.
      channel.on('error', () => undefined);
      return await errand(channel);
    } catch (error) {
      throw broken ?? error;
    } finally {
      // Fails only where it is closed already.
      await model.close().catch(() => undefined);
    }
  }

  /** Closes for good; channels on it end. Does not wait for a broker that is away. */
  async close(): Promise<void> {
    if (this.current === 'closed') return;
    this.move('closed');
    await this.manager.close().catch((error: unknown) => {
      this.logger.warn({ err: error, connection: this.name }, 'the connection did not close cleanly');
    });
  }

  private fail(reason: string, what: string, code: ConnectProblemCode | null = null): void {
    // Once per outage: it is tried every second.
    if (this.current !== 'connecting' || this.lastProblem !== reason) {
      this.logger.warn({ connection: this.name, broker: this.address, reason }, what);
    }
    this.move('connecting', reason, code);
  }

  private move(
    state: BrokerState,
    problem: string | null = null,
    code: ConnectProblemCode | null = null,
  ): void {
    if (this.current === 'closed') return;
    this.lastProblem = problem;
    this.lastCode = code;
    if (state === this.current) return;
    this.current = state;
    this.logger.info({ connection: this.name, broker: this.address, state }, 'broker connection');
    for (const listener of this.listeners) {
      try {
        listener(state);
      } catch (error) {
        this.logger.error({ err: error }, 'a listener of the broker connection failed');
      }
    }
  }
}

function socketOptions(connectionName: string) {
  return {
    // Without it a publish followed by an ack waits 40 ms for the delayed TCP acknowledgement (measured).
    noDelay: true,
    keepAlive: true,
    timeout: CONNECT_TIMEOUT_MS,
    clientProperties: { connection_name: connectionName },
  };
}
