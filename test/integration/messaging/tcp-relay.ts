import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands between a client and the broker, and can cut the line or go silent without a word, as networks do. */
export class TcpRelay {
  private readonly pairs = new Set<[Socket, Socket]>();
  private mode: 'forward' | 'refuse' | 'hold' = 'forward';

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (client) => this.accept(client));
  }

  static async to(amqpUrl: string): Promise<TcpRelay> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TcpRelay(server, new URL(amqpUrl));
  }

  /** The broker's address by way of this relay. */
  get url(): string {
    const url = new URL(this.target);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.toString();
  }

  /** Lets everything through again, what was held first. */
  forward(): void {
    this.mode = 'forward';
    for (const pair of this.pairs) for (const socket of pair) socket.resume();
  }

  /** Ends all connections, and each new one at once. */
  refuse(): void {
    this.mode = 'refuse';
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
  }

  /** Keeps the connections open and lets nothing through any more. */
  hold(): void {
    this.mode = 'hold';
    for (const pair of this.pairs) for (const socket of pair) socket.pause();
  }

  async close(): Promise<void> {
    this.refuse();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(client: Socket): void {
    if (this.mode === 'refuse') {
      client.destroy();
      return;
    }
    const broker = connect(Number(this.target.port), this.target.hostname);
    const pair: [Socket, Socket] = [client, broker];
    this.pairs.add(pair);
    for (const [from, to] of [
      [client, broker],
      [broker, client],
    ] as const) {
      from.on('data', (data) => to.write(data));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        this.pairs.delete(pair);
      });
    }
  }
}
