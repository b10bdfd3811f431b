import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TcpProxy } from '../../support/tcp-proxy.js';

/** Sends back what it gets. */
const echo = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => undefined);
  socket.pipe(socket);
});
let proxy: TcpProxy;
let client: Socket;
/** By socket. */
const heard = new Map<Socket, string>();

beforeEach(async () => {
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  proxy = await TcpProxy.to(`tcp://127.0.0.1:${(echo.address() as AddressInfo).port}`);
  client = await dial();
});

afterEach(async () => {
  client.destroy();
  await proxy.close();
  await new Promise((resolve) => echo.close(resolve));
});

async function dial(): Promise<Socket> {
  const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.on('data', (data) => heard.set(socket, `${heard.get(socket) ?? ''}${data.toString()}`));
  await once(socket, 'connect');
  return socket;
}

const hears = (text: string, socket = client) =>
  vi.waitFor(() => expect(heard.get(socket)).toBe(text), { interval: 5, timeout: 5_000 });

it('passes everything on, and the end', async () => {
  client.write('a');
  await hears('a');
  client.end('b');
  await once(client, 'close');
  expect(heard.get(client)).toBe('ab');
  expect(proxy.connections).toBe(0);
});

it('delays', async () => {
  proxy.delay(100);
  const startedAt = Date.now();
  client.write('a');
  await hears('a');
  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(195);
});

it('is a black hole, and gives back what it held when it is none any more', async () => {
  client.write('a');
  await hears('a');
  proxy.blackHole();
  client.write('b');
  const second = await dial();
  second.write('c');
  second.end();
  await vi.waitFor(() => expect(proxy.connections).toBe(2));
  expect([heard.get(client), heard.get(second), second.readableEnded]).toEqual(['a', undefined, false]);
  proxy.pass();
  await hears('ab');
  await hears('c', second);
});

it('resets what is open and takes new connections', async () => {
  client.write('a');
  await hears('a');
  const failed = once(client, 'error') as Promise<[NodeJS.ErrnoException]>;
  proxy.reset();
  expect((await failed)[0].code).toBe('ECONNRESET');
  client = await dial();
  client.write('b');
  await hears('b');
});

it('lets through so many bytes a second', async () => {
  proxy.slow(10_000);
  const startedAt = Date.now();
  client.write('x'.repeat(2_000));
  await hears('x'.repeat(2_000));
  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(390);
});

it('refuses for as long as it is told to', async () => {
  proxy.refuse();
  await vi.waitFor(() => expect(client.destroyed).toBe(true));
  const refused = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  await expect(once(refused, 'close')).rejects.toMatchObject({ code: 'ECONNRESET' });
  proxy.pass();
  client = await dial();
  client.write('a');
  await hears('a');
});
