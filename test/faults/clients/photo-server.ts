import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NumberedPhoto } from '../photos/numbered-photo.js';

/** What becomes of a request for a photo. */
export type Service = 'whole' | 'busy' | 'cut off';

/** A web server of somebody else, on loopback, with every photo of a scenario: `/<number>.png`. */
export class PhotoServer {
  /** `request` counts those for one photo from 1. */
  script: (photo: number, request: number) => Service = () => 'whole';
  /** By photo: how often it was asked for. */
  readonly requests = new Map<number, number>();
  private photos: () => ReadonlyMap<number, NumberedPhoto> = () => new Map();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<PhotoServer> {
    const server = createServer((request, response) => photoServer.answer(request.url ?? '', response));
    const photoServer = new PhotoServer(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return photoServer;
  }

  /** `host:port`, as `IMAGE_URL_HOSTS` wants it. */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** It has these, and those that come later. */
  serve(photos: () => ReadonlyMap<number, NumberedPhoto>): void {
    this.photos = photos;
  }

  urlOf({ number }: NumberedPhoto): string {
    return `http://${this.host}/${number}.png`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(path: string, response: ServerResponse): void {
    const number = Number(/^\/(\d+)\.png$/.exec(path)?.[1]);
    const photo = this.photos().get(number);
    if (!photo) {
      response.writeHead(404).end();
      return;
    }
    const request = (this.requests.get(number) ?? 0) + 1;
    this.requests.set(number, request);
    const service = this.script(number, request);
    if (service === 'busy') {
      response.writeHead(503).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': photo.file.length });
    if (service === 'whole') response.end(photo.file);
    else response.write(photo.file.subarray(0, photo.file.length / 2), () => response.destroy());
  }
}
