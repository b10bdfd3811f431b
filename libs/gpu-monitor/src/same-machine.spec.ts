import { hostname, networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { isOnThisMachine } from './same-machine.js';

const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
const inUrl = (address: string) => (address.includes(':') ? `[${address}]` : address);

it.each([
  'http://localhost:8188',
  'http://127.0.0.1:8188',
  'http://127.8.9.1',
  'http://[::1]:8188',
  'http://user:secret@localhost:8188',
  `http://${hostname()}:8188`,
  ...own
    .filter(({ address }) => !address.includes('%'))
    .map(({ address }) => `http://${inUrl(address)}:8188`),
])('%s is here', (url) => {
  expect(isOnThisMachine(url)).toBe(true);
});

it.each(['http://192.0.2.7:8188', 'http://gpu-box:8188', 'http://127.example.org', 'https://[2001:db8::7]'])(
  '%s is elsewhere',
  (url) => {
    expect(isOnThisMachine(url)).toBe(false);
  },
);
