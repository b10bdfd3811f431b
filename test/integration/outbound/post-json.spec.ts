import { postJson, UrlNotAllowed, UrlUnreachable } from '@app/outbound';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { guardFor } from './fetching.js';
import { LoopbackHost } from './loopback-host.js';

describe('postJson', () => {
  let host: LoopbackHost;
  let forbidden: LoopbackHost;
  let answer: (response: ServerResponse) => void;

  beforeEach(async () => {
    answer = (response) => response.end('thanks');
    host = await LoopbackHost.http((_asked, response) => answer(response));
    forbidden = await LoopbackHost.http((_asked, response) => response.end('inside'));
  });
  afterEach(() => Promise.all([host.close(), forbidden.close()]));

  const post = (options: Partial<Parameters<typeof postJson>[2]> = {}, url = `${host.url}/hook?canary`) =>
    postJson(guardFor(host), url, { body: '{}', headers: {}, timeoutMs: 30_000, ...options });

  it('sends the body byte for byte, with its headers', async () => {
    const body = ' {"name": "奶奶" ,\n"a":1}\n';
    await expect(post({ body, headers: { 'webhook-id': 'msg_1' } })).resolves.toEqual({
      status: 200,
      retryAfterMs: null,
      body: 'thanks',
    });
    expect(host.requests).toMatchObject([
      {
        method: 'POST',
        path: '/hook?canary',
        body,
        headers: {
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(body)),
          'webhook-id': 'msg_1',
          'accept-encoding': 'identity',
          host: host.entry,
        },
      },
    ]);
  });

  it.each([204, 301, 302, 303, 307, 308, 400, 404, 410, 429, 500, 503])(
    'gives back status %i, and follows nothing',
    async (status) => {
      answer = (response) =>
        response.writeHead(status, { Location: `${forbidden.url}/`, 'Retry-After': '9' }).end();
      await expect(post()).resolves.toEqual({ status, retryAfterMs: 9000, body: '' });
      expect(host.requests).toHaveLength(1);
      expect(forbidden.connections).toBe(0);
    },
  );

  it('reads a date to wait for', async () => {
    const at = new Date(Date.now() + 60_000).toUTCString();
    answer = (response) => response.writeHead(503, { 'Retry-After': at }).end();
    const { retryAfterMs } = await post();
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it('H04 cuts a long answer off, and hears no more of it', async () => {
    answer = (response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
      };
      response.on('drain', more);
      more();
    };
    expect((await post()).body).toBe('x'.repeat(65_536));
    expect((await post({ maxAnswerBytes: 10 })).body).toBe('x'.repeat(10));
    await vi.waitFor(() => expect(host.openConnections).toBe(0));
  });

  it('leaves out a character that was cut', async () => {
    answer = (response) => response.end('年年');
    expect((await post({ maxAnswerBytes: 5 })).body).toBe('年');
  });

  it('unpacks nothing', async () => {
    answer = (response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('as it came');
    expect((await post()).body).toBe('as it came');
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['never answers', () => undefined],
    ['falls silent after its headers', (response) => response.flushHeaders()],
    [
      'sends a byte at a time',
      (response) => {
        const timer = setInterval(() => response.write('x'), 20);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ])('H04 gives up a host that %s', async (_what, slow) => {
    answer = slow;
    const began = performance.now();
    await expect(post({ timeoutMs: 300 })).rejects.toThrow(
      new UrlUnreachable(`No whole answer from ${host.entry} within 300 ms.`),
    );
    expect(performance.now() - began).toBeLessThan(8_000);
    await vi.waitFor(() => expect(host.openConnections).toBe(0));
  });

  it('calls a host that breaks off unreachable', async () => {
    answer = (response) => response.destroy();
    await expect(post()).rejects.toBeInstanceOf(UrlUnreachable);
    answer = (response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('x', () => response.destroy());
    };
    await expect(post()).rejects.toThrow(`The answer of ${host.entry} broke off.`);
  });

  it.each([
    ['another port', (port: number) => `http://127.0.0.1:${port}/`],
    ['another spelling', (port: number) => `http://0x7f.1:${port}/`],
    ['localhost', (port: number) => `http://localhost:${port}/`],
    ['a user', (port: number) => `http://user:canary@127.0.0.1:${port}/`],
    ['another scheme', () => 'file:///etc/passwd'],
  ])('H01 refuses %s, and connects to nothing', async (_what, url) => {
    const error: unknown = await post({}, url(forbidden.port)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UrlNotAllowed);
    expect((error as Error).message).not.toContain('canary');
    expect([host.connections, forbidden.connections]).toEqual([0, 0]);
  });

  it("ends with its caller's signal", async () => {
    const abort = new AbortController();
    answer = () => abort.abort(new Error('the process stops'));
    await expect(post({ signal: abort.signal })).rejects.toThrow('the process stops');
    await vi.waitFor(() => expect(host.openConnections).toBe(0));
  });
});
