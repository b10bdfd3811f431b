import type { Logger } from '@app/runtime';
import { createClient } from 'redis';
import { redisProblem, RedisSilent } from './redis-problem.js';

/** Long enough for a busy server; what takes longer on a line that is alive is a line that is not. */
const COMMAND_LIMIT_MS = 5_000;
const CONNECT_LIMIT_MS = 5_000;
const LONGEST_RECONNECT_MS = 3_000;

/** RESP 2, which every server from Redis 5 on speaks, answers streams as plain lists. */
function makeClient(url: string, name: string) {
  return createClient({
    url,
    name: name.replace(/[^\x21-\x7e]/g, '_'),
    RESP: 2,
    // A command that waits for a connection would be done at a time that nobody expects any more.
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_LIMIT_MS,
      reconnectStrategy: (retries) => Math.min(100 * 2 ** Math.min(retries, 10), LONGEST_RECONNECT_MS),
    },
  });
}

/** The client of one connection. */
export type RedisClient = ReturnType<typeof makeClient>;

/**
 * One connection to Redis that comes back by itself and gives up on a server that is silent: node-redis 6 waits for ever for
 * the answer to a command that it has written, and TCP notices a host that vanished after a quarter of an hour.
 */
export class RedisLink {
  private client: RedisClient;
  private trouble: string | null = 'not connected yet';
  private closed = false;

  constructor(private readonly options: { url: string; name: string; logger: Logger }) {
    this.client = this.open();
  }

  /** Why there is no connection, as a phrase; null while there is one. */
  get problem(): string | null {
    return this.trouble;
  }

  /**
   * Runs a command. Rejects with what Redis or the connection says, at once while there is none, and with `RedisSilent` after
   * `limitMs`, when it may have been carried out all the same.
   */
  async run<T>(command: (client: RedisClient) => Promise<T>, limitMs = COMMAND_LIMIT_MS): Promise<T> {
    const { client } = this;
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const silent = new RedisSilent(limitMs);
        this.replace(client, silent);
        reject(silent);
      }, limitMs);
    });
    try {
      return await Promise.race([command(client), silence]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the connection; commands that wait for their answer are rejected. */
  close(): void {
    this.closed = true;
    this.trouble = 'closed';
    this.client.destroy();
  }

  private replace(client: RedisClient, reason: Error): void {
    if (this.closed || client !== this.client) return;
    this.failed(client, reason);
    client.destroy();
    this.client = this.open();
  }

  private open(): RedisClient {
    const client = makeClient(this.options.url, this.options.name);
    client.on('ready', () => {
      if (client !== this.client || this.closed) return;
      this.trouble = null;
      this.options.logger.info({ connection: this.options.name }, 'connected to Redis');
    });
    client.on('error', (error: unknown) => this.failed(client, error));
    // It goes on trying for ever and reports each failure as an event; it rejects when it is destroyed meanwhile.
    client.connect().catch((error: unknown) => this.failed(client, error));
    return client;
  }

  private failed(client: RedisClient, error: unknown): void {
    if (client !== this.client || this.closed) return;
    const reason = redisProblem(error);
    // Once per outage: it is tried again and again.
    if (reason !== this.trouble) {
      this.options.logger.warn({ connection: this.options.name, reason }, 'no connection to Redis');
    }
    this.trouble = reason;
  }
}
