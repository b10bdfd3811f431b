import { setTimeout as sleep } from 'node:timers/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * Stands between a client and a server on loopback and does to the line what networks do: delay, silence, resets,
 * a trickle. What it holds back is not lost: it goes on when the line is whole again, in its order.
 */
export class TcpProxy {
  private readonly pairs = new Set<[Socket, Socket]>();
  private delayMs = 0;
  private bytesPerSecond = Number.POSITIVE_INFINITY;
  private refusing = false;
  private silence: { over: Promise<void>; end: () => void } | undefined;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (client) => this.accept(client));
  }

  /** Listens on a free loopback port, for the host and port of `url`. */
  static async to(url: string): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TcpProxy(server, new URL(url));
  }

  /** The target's address by way of this proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.toString().replace(/\/$/, '');
  }

  /** Connections that go through it now. */
  get connections(): number {
    return this.pairs.size;
  }

  /** As if it were not there. What a black hole held back comes first. */
  pass(): void {
    this.delayMs = 0;
    this.bytesPerSecond = Number.POSITIVE_INFINITY;
    this.refusing = false;
    this.silence?.end();
    this.silence = undefined;
  }

  /** Everything arrives so much later, in both directions. */
  delay(delayMs: number): void {
    this.delayMs = delayMs;
  }

  /** Accepts connections and bytes, and lets nothing through, not even an end. */
  blackHole(): void {
    if (this.silence) return;
    let end = () => {};
    const over = new Promise<void>((resolve) => (end = resolve));
    this.silence = { over, end };
  }

  /** Each direction of each connection gets no more than this. */
  slow(bytesPerSecond: number): void {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Ends every connection with a RST; new ones are taken. */
  reset(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  /** Ends every connection and each new one at once, as long as it lasts. */
  refuse(): void {
    this.refusing = true;
    this.reset();
  }

  async close(): Promise<void> {
    this.pass();
    this.refuse();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(client: Socket): void {
    if (this.refusing) {
      client.resetAndDestroy();
      return;
    }
    const port = Number(this.target.port);
    const server = connect({ port, host: this.target.hostname, allowHalfOpen: true });
    const pair: [Socket, Socket] = [client, server];
    this.pairs.add(pair);
    this.forward(client, server, pair);
    this.forward(server, client, pair);
  }

  private forward(from: Socket, to: Socket, pair: [Socket, Socket]): void {
    from.setNoDelay(true);
    let line = Promise.resolve();
    const inOrder = (act: () => void, bytes = 0) => {
      const earlier = line;
      const dueAt = Date.now() + this.delayMs;
      const inTurn = async () => {
        await earlier;
        await this.silence?.over;
        const waitMs = dueAt - Date.now() + (bytes / this.bytesPerSecond) * 1000;
        if (waitMs > 0) await sleep(waitMs);
        if (!to.destroyed) act();
      };
      line = inTurn();
    };
    from.on('data', (data) => inOrder(() => to.write(data), data.length));
    from.on('end', () => inOrder(() => to.end()));
    // Its `close` follows; an error has no other meaning here.
    from.on('error', () => undefined);
    from.on('close', (failed) => {
      this.pairs.delete(pair);
      inOrder(() => (failed ? to.resetAndDestroy() : to.destroySoon()));
    });
  }
}
