import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import type { TaskNotice } from '@app/contracts';

/** What somebody has posted. */
export interface Received {
  at: number;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** How a receiver answers; `times` is how often this id has come, this time included. */
export type Manner = (response: ServerResponse, received: Received, times: number) => void;

/** Whoever gets webhooks, on a free loopback port. It takes everything unless told otherwise. */
export class Receiver {
  readonly received: Received[] = [];
  manner: Manner = (response) => response.writeHead(204).end();
  /** TCP connections so far. */
  connections = 0;
  /** The most requests that were open at the same time. */
  mostOpen = 0;
  private open = 0;
  private port = 0;

  private constructor(private server: Server | undefined) {}

  static async start(): Promise<Receiver> {
    const receiver = new Receiver(undefined);
    await receiver.up();
    return receiver;
  }

  /** Listens, on the port that it had before. */
  async up(): Promise<void> {
    const server = createServer((request, response) => {
      this.open += 1;
      this.mostOpen = Math.max(this.mostOpen, this.open);
      response.once('close', () => (this.open -= 1));
      void this.take(request, response);
    });
    server.on('connection', () => (this.connections += 1));
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: path = '', headers } = request;
    const body = await buffer(request).catch(() => undefined);
    // A caller who goes away breaks its own body off.
    if (body === undefined) return void response.destroy();
    const received = { at: Date.now(), path, headers, body: body.toString() };
    this.received.push(received);
    this.manner(response, received, this.ofId(idOf(received)).length);
  }

  /** Nobody listens any more; what is open is cut off. */
  async down(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** `127.0.0.1:<port>`, as lists of hosts have it. */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `http://${this.host}/hook`;
  }

  get ids(): string[] {
    return [...new Set(this.received.map(idOf))];
  }

  ofId(id: string): Received[] {
    return this.received.filter((each) => idOf(each) === id);
  }

  /** Every body, verified with the secret as receivers do. @throws where one was not signed with it. */
  verified(secret: string): TaskNotice[] {
    const webhook = new Webhook(secret);
    return this.received.map(
      ({ body, headers }) => webhook.verify(body, headers as Record<string, string>) as TaskNotice,
    );
  }
}

function idOf({ headers }: Received): string {
  return String(headers['webhook-id']);
}
