import { describe, expect, it } from 'vitest';
import { isForeign } from './origin-guard.js';

const HOST = '127.0.0.1:8190';

describe('isForeign', () => {
  it.each([
    ['a program', { host: HOST }, false],
    ['our own page', { host: HOST, origin: `http://${HOST}` }, false],
    ['another site', { host: HOST, origin: 'http://evil.example' }, true],
    ['another port of this machine', { host: HOST, origin: 'http://127.0.0.1:9999' }, true],
    ['a sandboxed page', { host: HOST, origin: 'null' }, true],
    ['a cross-site link', { host: HOST, 'sec-fetch-site': 'cross-site' }, true],
    ['a rebound name', { host: 'evil.example:8190', origin: 'http://evil.example:8190' }, true],
    ['no host at all', {}, true],
  ])('on loopback: %s -> %s', (_who, headers, foreign) => {
    expect(isForeign(headers, true)).toBe(foreign);
  });

  it.each([
    ['a program that uses a name', { host: 'engine:8190' }, false],
    [
      'a page of another site, which the real server lets pass off loopback',
      { host: 'engine:8190', origin: 'http://a' },
      false,
    ],
    ['another site on a loopback name', { host: HOST, origin: 'http://evil.example' }, true],
  ])('on all addresses: %s', (_who, headers, foreign) => {
    expect(isForeign(headers, false)).toBe(foreign);
  });
});
