import { ComfyClient } from '@app/comfyui';
import { createLogger } from '@app/runtime';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** Three megabytes that are easy to find again, as text and as a list of numbers. */
const PIXELS = 'PIXELS'.repeat(500_000);

describe('the log line of a failed upload', () => {
  let server: Server;
  let port: number;
  beforeEach(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function logFailedUpload(timeouts = {}): Promise<string> {
    const lines: string[] = [];
    const logger = createLogger('test', 'trace', { write: (line) => void lines.push(line) });
    const client = new ComfyClient(`http://photo:s3cret@127.0.0.1:${port}`, { logger, timeouts });
    const error: unknown = await client.upload(Buffer.from(PIXELS), 'a.png').catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(Error);
    logger.warn({ taskId: 'a', err: error }, 'an attempt failed');
    expect(lines).toHaveLength(1);
    return lines[0]!;
  }

  it('has no password and no pixels when the engine drops the connection', async () => {
    let authorization: string | undefined;
    server.on('request', (request) => {
      ({ authorization } = request.headers);
      request.socket.destroy();
    });
    expect(await logFailedUpload()).toSatisfy(isClean);
    expect(authorization).toBe(`Basic ${Buffer.from('photo:s3cret').toString('base64')}`);
  });

  it('has none when the engine takes nothing of it', async () => {
    server.on('request', (request) => request.pause());
    expect(await logFailedUpload({ uploadMs: 200 })).toSatisfy(isClean);
  });

  it('has none when the engine refuses it', async () => {
    server.on('request', (request, response) => {
      request.resume();
      request.on('end', () => response.writeHead(500).end('no'));
    });
    expect(await logFailedUpload()).toSatisfy(isClean);
  });
});

function isClean(line: string): boolean {
  const secrets = [
    's3cret',
    Buffer.from('photo:s3cret').toString('base64'),
    'PIXELS',
    [...Buffer.from('PIXELS')].join(),
  ];
  const short = line.length < 10_000 && line.includes('POST http://127.0.0.1');
  return short && !secrets.some((secret) => line.includes(secret));
}
