import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as ask,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/**
 * What stands before several API instances: each request and each live socket goes to the next of them, and a request whose
 * instance does not answer to another one. It knows nothing of requests, as a proxy that passes on all that it may repeat.
 */
export class Front {
  /** Requests that another instance had to answer. */
  failovers = 0;
  private turn = 0;
  private readonly agent = new Agent({ keepAlive: true });
  private readonly sockets = new Set<Duplex>();

  private constructor(
    private readonly server: Server,
    private readonly instances: readonly URL[],
  ) {}

  static async start(urls: readonly string[]): Promise<Front> {
    const server = createServer();
    const front = new Front(
      server,
      urls.map((url) => new URL(url)),
    );
    server.on('request', (request, response) => void front.serve(request, response));
    server.on('upgrade', (request, socket, head) => front.upgrade(request, socket, head));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.agent.destroy();
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray());
    const first = this.turn++;
    for (let tries = 0; tries < 2 * this.instances.length; tries++) {
      try {
        const answer = await this.pass(request, body, this.instance(first + tries));
        response.writeHead(answer.status, answer.headers).end(answer.body);
        return;
      } catch {
        this.failovers++;
      }
    }
    response.writeHead(502).end();
  }

  /** Rejects where the instance does not answer to its end. */
  private async pass(
    { method, url, headers }: IncomingMessage,
    body: Buffer,
    { hostname, port }: URL,
  ): Promise<Answer> {
    const passed = ask({ hostname, port, method, path: url, headers, agent: this.agent }).end(body);
    const [answer] = (await once(passed, 'response')) as [IncomingMessage];
    return {
      status: answer.statusCode!,
      headers: answer.headers,
      body: Buffer.concat(await answer.toArray()),
    };
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { hostname, port } = this.instance(this.turn++);
    const upstream = connect(Number(port), hostname, () => {
      const lines = [`${request.method} ${request.url} HTTP/1.1`];
      for (let at = 0; at < request.rawHeaders.length; at += 2) {
        lines.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`);
      }
      upstream.write(`${lines.join('\r\n')}\r\n\r\n`);
      upstream.write(head);
      socket.pipe(upstream).pipe(socket);
    });
    this.tie(socket, upstream);
  }

  /** Where one ends so does the other; who waits at it connects again. */
  private tie(socket: Duplex, upstream: Socket): void {
    for (const [each, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      this.sockets.add(each);
      // Its `close` follows.
      each.on('error', () => undefined);
      each.on('close', () => {
        this.sockets.delete(each);
        other.destroy();
      });
    }
  }

  private instance(number: number): URL {
    return this.instances[number % this.instances.length]!;
  }
}
