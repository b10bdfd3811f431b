import type { NoticeResult, NoticeType, TaskNotice } from '@app/contracts';
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';

/** A result as a worker makes it: a PNG in colour. */
export function makeResult(): Promise<Buffer> {
  return sharp({ create: { width: 64, height: 48, channels: 3, background: '#c06030' } })
    .png()
    .toBuffer();
}

/** Gives away one result, as the API does. */
export class ResultsServer {
  /** Of each answer. */
  status = 200;
  /** How often it was asked. */
  asked = 0;

  private constructor(
    private readonly server: Server,
    readonly picture: Buffer,
  ) {
    server.on('request', (_request, response) => {
      this.asked += 1;
      response.writeHead(this.status).end(this.status === 200 ? this.picture : '');
    });
  }

  static async start(): Promise<ResultsServer> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return new ResultsServer(server, await makeResult());
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get result(): NoticeResult {
    return {
      url: `${this.url}/v1/results/x?signature=y`,
      expires_at: '2026-12-22T00:00:00.000Z',
      media_type: 'image/png',
      width: 64,
      height: 48,
      bytes: this.picture.length,
      sha256: createHash('sha256').update(this.picture).digest('hex'),
    };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

/** What the API tells of a task. */
export function notice(type: NoticeType, data: Partial<TaskNotice['data']> = {}): TaskNotice {
  return {
    type,
    timestamp: '2026-11-22T12:00:00.000Z',
    data: {
      task_id: null,
      id: '0193a7f2-0000-7000-8000-000000000001',
      type: 'person',
      status: type === 'task.refused' ? 'refused' : (type.slice('task.'.length) as 'failed'),
      album_id: null,
      attempts: 1,
      error: null,
      result: null,
      progress: null,
      created_at: '2026-11-22T11:59:00.000Z',
      finished_at: '2026-11-22T12:00:00.000Z',
      ...data,
    },
  };
}
