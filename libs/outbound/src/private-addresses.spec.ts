import { describe, expect, it } from 'vitest';
import { InvalidOutboundRule } from './outbound.errors.js';
import { PrivateAddresses } from './private-addresses.js';

describe('PrivateAddresses', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1', 80, true],
    ['127.0.0.1', '127.0.0.2', 80, false],
    ['127.0.0.1', '::ffff:127.0.0.1', 80, false],
    ['127.0.0.1:8099', '127.0.0.1', 8099, true],
    ['127.0.0.1:8099', '127.0.0.1', 80, false],
    ['10.1.0.0/16', '10.1.255.255', 1, true],
    ['10.1.0.0/16', '10.2.0.0', 1, false],
    ['10.1.7.7/16', '10.1.0.1', 1, true],
    ['10.1.0.0/16:8080', '10.1.2.3', 8080, true],
    ['10.1.0.0/16:8080', '10.1.2.3', 8081, false],
    ['10.1.0.0/16', '::1', 1, false],
    ['::1', '::1', 9000, true],
    ['[::1]', '::1', 9000, true],
    ['[::1]:9000', '::1', 9000, true],
    ['[::1]:9000', '::1', 9001, false],
    ['::1', '127.0.0.1', 80, false],
    ['fd00::/8', 'fd12::1', 80, true],
    ['fd00::/8', 'fe80::1', 80, false],
    ['[fd00::/8]:8080', 'fd12::1', 8080, true],
    ['[fd00::/8]:8080', 'fd12::1', 80, false],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.1', 80, true],
    [' 127.0.0.1 ', '127.0.0.1', 80, true],
    ['127.0.0.1', 'nonsense', 80, false],
  ])('%s: %s on port %i is %s', (entry, address, port, expected) => {
    expect(new PrivateAddresses([entry]).has(address, port)).toBe(expected);
  });

  it('has nothing where nothing is given', () => {
    expect(new PrivateAddresses([]).has('127.0.0.1', 80)).toBe(false);
  });

  it.each([
    '',
    'localhost',
    '127.1',
    '0x7f.0.0.1',
    '127.0.0.1:0',
    '127.0.0.1:65536',
    '127.0.0.1:',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '10.0.0.0/255.0.0.0',
    'fd00::/129',
    '[::1]9000',
    '[::1]:x',
    '[127.0.0.1',
    'fe80::1%eth0',
  ])('refuses the entry "%s", and names it', (entry) => {
    expect(() => new PrivateAddresses([entry])).toThrow(InvalidOutboundRule);
    expect(() => new PrivateAddresses([entry])).toThrow(`"${entry}"`);
  });
});
