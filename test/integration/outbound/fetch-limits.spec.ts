import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FetchFolder, guardFor } from './fetching.js';
import { LoopbackHost } from './loopback-host.js';

const GIB = 1024 ** 3;
const MAX_BYTES = 1_000_000;

/** Writes for as long as anybody reads. */
function writeEndlessly(socket: Socket, piece: Buffer): void {
  const more = (): void => {
    while (socket.writable && socket.write(piece));
  };
  socket.on('drain', more);
  more();
}

/** One piece after the other, until the socket is closed. */
function drip(socket: Socket, piece: string): void {
  const timer = setInterval(() => socket.write(piece), 20);
  socket.on('close', () => clearInterval(timer));
}

const chunk = Buffer.alloc(65_536, 'x');

describe('fetchToFile: its limits', () => {
  let folder: FetchFolder;
  const hosts: LoopbackHost[] = [];

  beforeEach(async () => {
    folder = await FetchFolder.make();
  });
  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((host) => host.close()));
    await folder.remove();
  });

  async function hostThat(answer: (socket: Socket) => void): Promise<LoopbackHost> {
    const host = await LoopbackHost.raw(answer);
    hosts.push(host);
    return host;
  }

  async function expectNothingLeft(host: LoopbackHost): Promise<void> {
    expect(await folder.files()).toEqual([]);
    await vi.waitFor(() => expect(host.openConnections).toBe(0));
  }

  it.each<[string, (socket: Socket) => void]>([
    [
      'says that it is 5 GiB',
      (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${5 * GIB}\r\n\r\n`);
        writeEndlessly(socket, chunk);
      },
    ],
    [
      'ends with the connection, which never does',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        writeEndlessly(socket, chunk);
      },
    ],
    [
      'comes in chunks without an end',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
        writeEndlessly(socket, Buffer.concat([Buffer.from('10000\r\n'), chunk, Buffer.from('\r\n')]));
      },
    ],
    ['is one byte too long', (socket) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(MAX_BYTES + 1)}`)],
  ])('I15 stops at the byte limit: a body that %s', async (_what, answer) => {
    const host = await hostThat(answer);
    const error = await folder.refusal(guardFor(host), `${host.url}/canary`, { maxBytes: MAX_BYTES });
    expect(error).toMatchObject({ name: 'FetchRefused', code: 'file_too_large' });
    expect(error.message).toBe(`The file is larger than ${MAX_BYTES} bytes.`);
    await expectNothingLeft(host);
  });

  it('takes a body of exactly the limit', async () => {
    const host = await hostThat((socket) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(MAX_BYTES)}`));
    await expect(folder.fetch(guardFor(host), host.url, { maxBytes: MAX_BYTES })).resolves.toMatchObject({
      bytes: MAX_BYTES,
    });
  });

  it.each<[string, (socket: Socket) => void]>([
    ['never answers', () => undefined],
    [
      'ends no header',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        drip(socket, 'X: y\r\n');
      },
    ],
    [
      'ends no status line',
      (socket) => {
        socket.write('HTTP/1.1 200 ');
        drip(socket, 'O');
      },
    ],
    [
      'changes the protocol',
      (socket) =>
        void socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
    ],
    ['says "soon" for ever', (socket) => drip(socket, 'HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n')],
    [
      'sends a byte at a time',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
        drip(socket, 'x');
      },
    ],
    [
      'falls silent in the body',
      (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nx'),
    ],
    [
      'redirects to itself slowly',
      (socket) => void setTimeout(() => socket.end('HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n'), 150).unref(),
    ],
  ])('I15 gives up a host that %s', async (_what, answer) => {
    const host = await hostThat(answer);
    const began = performance.now();
    const error = await folder.refusal(guardFor(host), `${host.url}/canary`, { timeoutMs: 300 });
    expect(performance.now() - began).toBeLessThan(8_000);
    expect(error).toMatchObject({ name: 'UrlUnreachable' });
    expect(error.message).toBe(`No whole answer from ${host.entry} within 300 ms.`);
    await expectNothingLeft(host);
  });

  it.each<[string, string]>([
    ['closes without an answer', ''],
    ['breaks off in the headers', 'HTTP/1.1 200 OK\r\nContent-'],
    ['sends less than it said', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx'],
    ['breaks off between chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n'],
    ['says two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx'],
    [
      'says a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    ['speaks no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['sends more headers than fit', `HTTP/1.1 200 OK\r\n${`X: ${'y'.repeat(1000)}\r\n`.repeat(100)}\r\n`],
  ])('calls a host that %s unreachable', async (_what, answer) => {
    const host = await hostThat((socket) => socket.end(answer));
    const error = await folder.refusal(guardFor(host), `${host.url}/a?canary`);
    expect(error).toMatchObject({ name: 'UrlUnreachable', retryAfterMs: null });
    expect(error.message).toMatch(
      new RegExp(
        `^(The connection to ${host.entry} failed \\([A-Z_]+\\)|The answer of ${host.entry} broke off)\\.$`,
      ),
    );
    await expectNothingLeft(host);
  });

  it('takes no more than the host said', async () => {
    const host = await hostThat((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef'));
    await expect(folder.fetch(guardFor(host), host.url)).resolves.toMatchObject({ bytes: 3 });
  });

  it('calls a host that nobody is, and one without TLS, unreachable', async () => {
    const host = await hostThat((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
    const { entry } = host;
    const guard = guardFor(host);
    expect(await folder.refusal(guard, `https://${entry}/`)).toMatchObject({ name: 'UrlUnreachable' });
    await Promise.all(hosts.splice(0).map((one) => one.close()));
    expect((await folder.refusal(guard, `http://${entry}/`)).message).toBe(
      `The connection to ${entry} failed (ECONNREFUSED).`,
    );
  });

  it.each<[string, (socket: Socket) => void]>([
    ['before the answer', () => undefined],
    ['in the body', (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx')],
  ])("ends with its caller's signal, %s", async (_what, answer) => {
    const abort = new AbortController();
    const host = await hostThat((socket) => {
      answer(socket);
      abort.abort(new Error('the process stops'));
    });
    await expect(folder.fetch(guardFor(host), host.url, { signal: abort.signal })).rejects.toThrow(
      'the process stops',
    );
    await expectNothingLeft(host);
    await expect(folder.fetch(guardFor(host), host.url, { signal: abort.signal })).rejects.toThrow(
      'the process stops',
    );
    expect(host.connections).toBe(1);
  });
});
