import { describe, expect, it } from 'vitest';
import { HostList } from './host-list.js';
import { InvalidOutboundRule } from './outbound.errors.js';

describe('HostList', () => {
  it.each([
    ['example.com', 'example.com', [80, 443]],
    [' Example.COM. ', 'example.com', [80, 443]],
    ['中国.example', 'xn--fiqs8s.example', [80, 443]],
    ['example.com:8080', 'example.com', [8080]],
    ['example.com:443', 'example.com', [443]],
    ['*.example.com', 'a.b.example.com', [80, 443]],
    ['*.example.com:8443', 'a.example.com', [8443]],
    ['*.com', 'example.com', [80, 443]],
    ['comfyui:8188', 'comfyui', [8188]],
    ['my_host.example', 'my_host.example', [80, 443]],
    ['127.0.0.1', '127.0.0.1', [80, 443]],
    ['0x7f.1:8099', '127.0.0.1', [8099]],
    ['::1', '::1', [80, 443]],
    ['[::1]:9000', '::1', [9000]],
    ['[0:0::1]', '::1', [80, 443]],
  ])('reads %s as %s on ports %s', (entry, host, ports) => {
    const list = new HostList([entry]);
    expect(
      [80, 443, 8080, 8099, 8188, 8443, 9000].filter((port) => list.refusal(host, port) === null),
    ).toEqual(ports);
    expect(list.refusal('other.example', 443)).toBe('host');
    expect(list.refusal(host, 22)).toBe('port');
  });

  it('adds entries for one host', () => {
    const list = new HostList(['example.com', 'example.com:8080']);
    expect([80, 443, 8080, 22].map((port) => list.refusal('example.com', port))).toEqual([
      null,
      null,
      null,
      'port',
    ]);
  });

  it('takes no address for a name below a suffix', () => {
    expect(new HostList(['*.1.example']).refusal('127.0.0.1', 80)).toBe('host');
  });

  it.each([
    '',
    ' ',
    '*',
    '*.',
    '*.*.example',
    'a*.example',
    '.example',
    'a..example',
    'https://example.com',
    'example.com/path',
    'example.com?x',
    'user@example.com',
    'example.com:0',
    'example.com:65536',
    'example.com:http',
    'example.com:',
    '*.127.0.0.1',
    '10.0.0.0/8',
    '[::1',
    '[::1]x',
    'a b.example',
    '1.2.3.4.5',
  ])('refuses the entry "%s", and names it', (entry) => {
    expect(() => new HostList(['example.com', entry])).toThrow(InvalidOutboundRule);
    expect(() => new HostList([entry])).toThrow(`"${entry}"`);
  });
});
