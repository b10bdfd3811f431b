import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { isPortFree, PortPicker } from './free-port.js';

it('moves on from a taken port and gives none twice', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await isPortFree(port)).toBe(false);
  const picker = new PortPicker();
  const first = await picker.pick(port);
  const second = await picker.pick(port);
  expect(first).toBeGreaterThan(port);
  expect(second).toBeGreaterThan(first);
  server.close();
  await once(server, 'close');
  expect(await isPortFree(port)).toBe(true);
});

it('sees a program that listens on every address', async () => {
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  expect(await isPortFree((server.address() as AddressInfo).port, '127.0.0.1')).toBe(false);
  server.close();
});
