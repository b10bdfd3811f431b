import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface Asked {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

type Answer = (request: Asked, response: ServerResponse) => void;

/** A host on loopback that counts who connects to it. */
export class LoopbackHost {
  /** All that were ever opened. */
  connections = 0;
  readonly requests: Asked[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly address: string,
  ) {
    server.on('connection', (socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  /** Answers requests. On `address`, any of 127.0.0.0/8; on a free port unless told. */
  static async http(answer: Answer, { address = '127.0.0.1', port = 0 } = {}): Promise<LoopbackHost> {
    const server = createHttpServer();
    const host = new LoopbackHost(server, address);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request;
        const asked = { method, path, headers, body: Buffer.concat(chunks).toString() };
        host.requests.push(asked);
        answer(asked, response);
      });
    });
    await host.listen(port);
    return host;
  }

  /** Answers the first bytes of each connection with bytes of its own, whether they are HTTP or not. */
  static async raw(answer: (socket: Socket, first: Buffer) => void): Promise<LoopbackHost> {
    const server = createServer();
    const host = new LoopbackHost(server, '127.0.0.1');
    server.on('connection', (socket: Socket) => socket.once('data', (first) => answer(socket, first)));
    await host.listen(0);
    return host;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** `127.0.0.1:port`, as both lists of the rules take it. */
  get entry(): string {
    return `${this.address}:${this.port}`;
  }

  get url(): string {
    return `http://${this.entry}`;
  }

  get openConnections(): number {
    return this.sockets.size;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, this.address, resolve);
    });
  }
}
