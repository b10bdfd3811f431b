import { describe, expect, it } from 'vitest';
import { trustOf, trustProxySetting } from './trust-proxy.js';

describe('TRUST_PROXY', () => {
  it.each([
    [undefined, false],
    ['0', false],
    ['1', 1],
    ['loopback, 10.0.0.0/8', ['loopback', '10.0.0.0/8']],
  ])('reads %j', (text, expected) => {
    expect(trustProxySetting.parse(text)).toEqual(expected);
  });

  it.each(['true', 'yes', '-1', '10.0.0.0/99', 'proxy.example'])('refuses %j', (text) => {
    expect(trustProxySetting.safeParse(text).success).toBe(false);
  });

  it('believes so many proxies, or those that are named, and nobody by default', () => {
    expect(trustOf(false)('127.0.0.1', 0)).toBe(false);
    expect([0, 1, 2].map((hop) => trustOf(2)('192.0.2.1', hop))).toEqual([true, true, false]);
    const trust = trustOf(['loopback']);
    expect([trust('127.0.0.1', 0), trust('192.0.2.1', 0)]).toEqual([true, false]);
  });
});
