import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { send } from './outbound-request.js';
import type { OutboundRoute } from './outbound-route.js';

/** What happens when a route is wrong: the judgement before it has a hole. */
describe('the second look at the connection', () => {
  let server: Server;
  let connections = 0;

  beforeEach(async () => {
    connections = 0;
    server = createServer((socket) => {
      connections += 1;
      socket.resume().end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const routeTo = (host: string, addresses: string[], privateAddresses: string[]): OutboundRoute => ({
    url: new URL(`http://${host}:${(server.address() as AddressInfo).port}/`),
    addresses: addresses.map((address) => ({ address, family: 4 })),
    privateAddresses,
  });
  const get = (route: OutboundRoute): Promise<unknown> =>
    send(route, { method: 'GET', headers: {} }, new AbortController().signal);

  it.each([
    ['a name', 'photos.example', ['127.0.0.1']],
    ['a name with an address that is fine', 'photos.example', ['127.0.0.2', '127.0.0.1']],
    ['an address', '127.0.0.1', ['127.0.0.1']],
  ])('connects to nothing private that was not given by name: %s', async (_what, host, addresses) => {
    await expect(get(routeTo(host, addresses, ['127.0.0.2']))).rejects.toMatchObject({
      name: 'UrlNotAllowed',
      reason: 'address',
      message: `${host} does not lead to public addresses only.`,
    });
    expect(connections).toBe(0);
  });

  it.each(['photos.example', '127.0.0.1'])('connects to what was given: %s', async (host) => {
    await expect(get(routeTo(host, ['127.0.0.1'], ['127.0.0.1']))).resolves.toMatchObject({ status: 200 });
    expect(connections).toBe(1);
  });

  it('connects to nothing where a route has no address', async () => {
    await expect(get(routeTo('localhost', [], []))).rejects.toMatchObject({ name: 'UrlUnreachable' });
    expect(connections).toBe(0);
  });
});

describe('an answer whose body nobody reads yet', () => {
  let server: Server;
  let drop: () => void = () => undefined;

  beforeEach(async () => {
    server = createServer((socket) => {
      drop = () => void socket.resetAndDestroy();
      socket.on('error', () => undefined);
      socket.resume().write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const open = (): Promise<number> =>
    new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));

  it.each(['the signal', 'the host'])('tells the reader that %s has ended it', async (who) => {
    const abort = new AbortController();
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const addresses = [{ address: '127.0.0.1', family: 4 }];
    const answer = await send(
      { url, addresses, privateAddresses: ['127.0.0.1'] },
      { method: 'GET', headers: {} },
      abort.signal,
    );
    if (who === 'the signal') abort.abort();
    else drop();
    await vi.waitFor(async () => expect(await open()).toBe(0));
    await expect(
      answer
        .chunks()
        .next()
        .then(() => answer.chunks().next()),
    ).rejects.toThrow('broke off');
  });
});
