import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { vi } from 'vitest';

/** A request that somebody has posted. */
export interface Posted {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Another system's HTTP server on a free loopback port: it gives photos away, and takes whatever is posted to it. */
export class OtherHost {
  readonly posted: Posted[] = [];
  /** How often each path was asked for. */
  readonly asked = new Map<string, number>();
  private readonly files = new Map<string, Buffer>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtherHost> {
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname;
      if (request.method === 'POST') {
        void host.take(path, request).then((answer) => response.writeHead(200).end(answer));
        return;
      }
      host.asked.set(path, (host.asked.get(path) ?? 0) + 1);
      const file = host.files.get(path);
      if (file === undefined) response.writeHead(404).end();
      else response.writeHead(200, { 'content-type': 'image/jpeg' }).end(file);
    });
    const host = new OtherHost(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return host;
  }

  /** `127.0.0.1:<port>`, as lists of hosts have it. */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Gives these bytes away from then on; the address of them. */
  offer(path: string, file: Buffer): string {
    this.files.set(path, file);
    return this.url(path);
  }

  url(path: string): string {
    return `http://${this.host}${path}`;
  }

  /** The first request that was posted to a path; waits for it. */
  untilPosted(path: string, timeout = 30_000): Promise<Posted> {
    return vi.waitFor(
      () => {
        const found = this.posted.find((each) => each.path === path);
        if (found === undefined) throw new Error(`Nothing was posted to ${path}.`);
        return found;
      },
      { timeout, interval: 50 },
    );
  }

  /** What is answered: a webhook's challenge, or nothing. */
  private async take(path: string, request: IncomingMessage): Promise<string> {
    const body = (await buffer(request)).toString();
    this.posted.push({ path, headers: request.headers, body });
    return /"challenge":"([\w-]+)"/.exec(body)?.[1] ?? '';
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
