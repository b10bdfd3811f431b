import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { OutboundGuard, type OutboundRules } from './outbound-guard.js';
import { UrlNotAllowed, UrlUnreachable } from './outbound.errors.js';

const open: OutboundRules = {
  hosts: ['photos.example', '*.cdn.example', 'xn--fiqs8s.example', 'files.example:8443', '93.184.216.34'],
  privateAddresses: [],
  allowHttp: true,
};

/** DNS that gives these addresses for every name, call by call; the last answer stays. */
function dns(...answers: string[][]): { lookup: LookupFunction; asked: string[] } {
  const asked: string[] = [];
  const lookup: LookupFunction = (name, options, callback) => {
    expect(options.all).toBe(true);
    asked.push(name);
    const addresses = answers[Math.min(asked.length, answers.length) - 1] ?? [];
    process.nextTick(
      callback,
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { lookup, asked };
}

function refusalOf(act: () => unknown): UrlNotAllowed {
  try {
    act();
  } catch (error) {
    if (error instanceof UrlNotAllowed) return error;
    throw error;
  }
  throw new Error('it was allowed');
}

const judge = (rules: Partial<OutboundRules>, url: string): URL =>
  new OutboundGuard({ ...open, ...rules }).judge(url);

/** Spellings of addresses that are not public: refused even when the operator's list names the host. */
const ADDRESSES: [id: string, url: string, listed: string][] = [
  ['I01', 'http://127.0.0.1:15672/', '127.0.0.1:15672'],
  ['I01', 'http://127.0.0.1/', '127.0.0.1'],
  ['I01', 'http://127.0.0.1./', '127.0.0.1'],
  ['I01', 'http:\\\\127.0.0.1\\x', '127.0.0.1'],
  ['I01', 'http:127.0.0.1', '127.0.0.1'],
  ['I01', ' \thttp://127.0.0.1/\n', '127.0.0.1'],
  ['I01', 'ht\ntp://127.0.0.1/', '127.0.0.1'],
  ['I01', 'HTTP://127.255.255.254/', '127.255.255.254'],
  ['I03', 'http://[::1]/', '::1'],
  ['I03', 'http://[::1]:9000/', '[::1]:9000'],
  ['I03', 'http://[0:0:0:0:0:0:0:1]/', '[::1]'],
  ['I03', 'http://[::]/', '::'],
  ['I03', 'http://[::ffff:127.0.0.1]/', '::ffff:127.0.0.1'],
  ['I03', 'http://[::ffff:7f00:1]/', '::ffff:127.0.0.1'],
  ['I03', 'http://[0:0:0:0:0:ffff:7f00:1]/', '::ffff:127.0.0.1'],
  ['I03', 'http://[::ffff:93.184.216.34]/', '::ffff:93.184.216.34'],
  ['I03', 'http://[::127.0.0.1]/', '::127.0.0.1'],
  ['I03', 'http://[::ffff:0:7f00:1]/', '::ffff:0:7f00:1'],
  ['I04', 'http://2130706433/', '127.0.0.1'],
  ['I04', 'http://0x7f.1/', '127.0.0.1'],
  ['I04', 'http://0x7f000001/', '127.0.0.1'],
  ['I04', 'http://017700000001/', '127.0.0.1'],
  ['I04', 'http://0177.0.0.1/', '127.0.0.1'],
  ['I04', 'http://127.1/', '127.0.0.1'],
  ['I04', 'http://127.0.1/', '127.0.0.1'],
  ['I04', 'http://%31%32%37.0.0.1/', '127.0.0.1'],
  ['I06', 'http://[64:ff9b::7f00:1]/', '64:ff9b::7f00:1'],
  ['I06', 'http://[64:ff9b::127.0.0.1]/', '64:ff9b::7f00:1'],
  ['I06', 'http://[64:ff9b:1::7f00:1]/', '64:ff9b:1::7f00:1'],
  ['I06', 'http://[2002:7f00:1::]/', '2002:7f00:1::'],
  ['I06', 'http://[2001:0:7f00:1::]/', '2001:0:7f00:1::'],
  ['I13', 'http://127。0。0。1/', '127.0.0.1'],
  ['I13', 'http://①②⑦.⓪.⓪.①/', '127.0.0.1'],
  ['I13', 'http://１２７．０．０．１/', '127.0.0.1'],
  ['own: this network', 'http://0.0.0.0/', '0.0.0.0'],
  ['own: this network', 'http://0/', '0.0.0.0'],
  ['own: this network', 'http://0.1.2.3/', '0.1.2.3'],
  ['own: private', 'http://10.0.0.1/', '10.0.0.1'],
  ['own: private', 'http://172.16.0.1/', '172.16.0.1'],
  ['own: private', 'http://172.31.255.255/', '172.31.255.255'],
  ['own: private', 'http://192.168.1.1/', '192.168.1.1'],
  ['own: cloud metadata', 'http://169.254.169.254/latest/meta-data/', '169.254.169.254'],
  ['own: cloud metadata', 'http://0xa9fea9fe/', '169.254.169.254'],
  ['own: cloud metadata', 'http://[fd00:ec2::254]/', 'fd00:ec2::254'],
  ['own: carrier-grade NAT', 'http://100.64.0.1/', '100.64.0.1'],
  ['own: carrier-grade NAT', 'http://100.127.255.255/', '100.127.255.255'],
  ['own: reserved', 'http://192.0.0.8/', '192.0.0.8'],
  ['own: documentation', 'http://203.0.113.7/', '203.0.113.7'],
  ['own: benchmarks', 'http://198.18.0.1/', '198.18.0.1'],
  ['own: multicast', 'http://224.0.0.1/', '224.0.0.1'],
  ['own: reserved', 'http://240.0.0.1/', '240.0.0.1'],
  ['own: broadcast', 'http://255.255.255.255/', '255.255.255.255'],
  ['own: link-local', 'http://[fe80::1]/', 'fe80::1'],
  ['own: unique local', 'http://[fd00::1]/', 'fd00::1'],
  ['own: site-local', 'http://[fec0::1]/', 'fec0::1'],
  ['own: multicast', 'http://[ff02::1]/', 'ff02::1'],
  ['own: documentation', 'http://[2001:db8::1]/', '2001:db8::1'],
  ['own: not given out', 'http://[4000::1]/', '4000::1'],
];

/** Refused by a list that names other hosts; none of these needs DNS for that. */
const NAMES: [id: string, url: string, reason: string][] = [
  ['I01', 'http://localhost/', 'host'],
  ['I01', 'http://localhost./', 'host'],
  ['I01', 'http://LOCALHOST:15672/', 'host'],
  ['I01', 'http://ｌｏｃａｌｈｏｓｔ/', 'host'],
  ['I10', 'file:///etc/passwd', 'scheme'],
  ['I10', 'file://photos.example/x', 'scheme'],
  ['I10', 'ftp://photos.example/x', 'scheme'],
  ['I10', 'gopher://photos.example:70/x', 'scheme'],
  ['I10', 'data:image/png;base64,AA==', 'scheme'],
  ['I10', 'blob:http://photos.example/1', 'scheme'],
  ['I10', 'javascript:alert(1)', 'scheme'],
  ['I10', 'ws://photos.example/', 'scheme'],
  ['I10', 'unix:/var/run/docker.sock', 'scheme'],
  ['I10', 'view-source:http://photos.example/', 'scheme'],
  ['I12', 'http://photos.example:22/', 'port'],
  ['I12', 'http://photos.example:25/', 'port'],
  ['I12', 'http://photos.example:5672/', 'port'],
  ['I12', 'http://photos.example:8188/', 'port'],
  ['I12', 'http://photos.example:0/', 'port'],
  ['I12', 'https://files.example/', 'port'],
  ['I12', 'https://files.example:8444/', 'port'],
  ['I13', 'http://phоtos.example/', 'host'],
  ['I18', 'http://comfyui:8188/view', 'host'],
  ['I18', 'http://rabbitmq:15672/', 'host'],
  ['I18', 'http://metadata.google.internal/', 'host'],
  ['I18', 'https://restore.example/v1/tasks', 'host'],
  ['own: suffix itself', 'https://cdn.example/', 'host'],
  ['own: suffix without its dot', 'https://evilcdn.example/', 'host'],
  ['own: suffix in front', 'https://a.cdn.example.evil.example/', 'host'],
  ['own: listed in front', 'https://photos.example.evil.example/', 'host'],
  ['own: listed in the path', 'https://evil.example/photos.example', 'host'],
  ['own: listed as a user', 'https://photos.example@evil.example/', 'credentials'],
  ['own: a user', 'https://user@photos.example/', 'credentials'],
  ['own: user and password', 'https://user:canary@photos.example/', 'credentials'],
  ['own: only a password', 'https://:canary@photos.example/', 'credentials'],
  ['own: encoded @', 'https://photos.example%40evil.example/', 'malformed'],
  ['own: empty', '', 'malformed'],
  ['own: relative', '/images/a.jpg', 'malformed'],
  ['own: without scheme', '//photos.example/a.jpg', 'malformed'],
  ['own: without host', 'http://', 'malformed'],
  ['own: only a dot', 'http://./', 'malformed'],
  ['own: empty labels', 'http://photos..example/', 'malformed'],
  ['own: two dots at the end', 'http://photos.example../', 'malformed'],
  ['own: dot in front', 'http://.photos.example/', 'malformed'],
  ['own: a star', 'http://*.cdn.example/', 'malformed'],
  ['own: a label of 64', `http://${'a'.repeat(64)}.cdn.example/`, 'malformed'],
  ['own: a name of 255', `http://${'a.'.repeat(122)}cdn.example/`, 'malformed'],
  ['own: zone of an address', 'http://[fe80::1%25eth0]/', 'malformed'],
  ['own: numbers that are no address', 'http://256.1.1.1/', 'malformed'],
  ['own: port too high', 'http://photos.example:65536/', 'malformed'],
  ['own: NUL', 'http://photos.example\0.evil.example/', 'malformed'],
  ['own: 2049 characters, encoded', `https://photos.example/${'年'.repeat(225)}x`, 'too_long'],
  ['own: 2049 characters', `https://photos.example/${'a'.repeat(2049 - 23)}`, 'too_long'],
];

const ALLOWED: [what: string, url: string, requested: string][] = [
  ['https', 'https://photos.example/a.jpg?x=1', 'https://photos.example/a.jpg?x=1'],
  ['http', 'http://photos.example/a.jpg', 'http://photos.example/a.jpg'],
  ['a port of its scheme', 'https://photos.example:443/', 'https://photos.example/'],
  ['the other usual port', 'http://photos.example:443/', 'http://photos.example:443/'],
  ['upper case', 'HTTPS://PHOTOS.EXAMPLE/A', 'https://photos.example/A'],
  ['a dot at the end', 'https://photos.example./a', 'https://photos.example/a'],
  ['an ideographic dot', 'https://photos。example/a', 'https://photos.example/a'],
  ['a fragment', 'https://photos.example/a#b', 'https://photos.example/a'],
  ['below a suffix', 'https://a.b.cdn.example/', 'https://a.b.cdn.example/'],
  ['a name in Chinese', 'https://中国.example/', 'https://xn--fiqs8s.example/'],
  ['a port that is named', 'https://files.example:8443/', 'https://files.example:8443/'],
  ['a public address', 'http://93.184.216.34/', 'http://93.184.216.34/'],
  ['a public address as one number', 'http://1572395042/', 'http://93.184.216.34/'],
  [
    '2048 characters, encoded',
    `https://photos.example/${'年'.repeat(225)}`,
    `https://photos.example/${'%E5%B9%B4'.repeat(225)}`,
  ],
  [
    '2048 characters',
    `https://photos.example/${'a'.repeat(2048 - 23)}`,
    `https://photos.example/${'a'.repeat(2048 - 23)}`,
  ],
];

describe('OutboundGuard.judge', () => {
  it.each(ADDRESSES)('%s refuses %s although %s is listed', (_id, url, listed) => {
    expect(refusalOf(() => judge({ hosts: [listed] }, url)).reason).toBe('address');
    expect(refusalOf(() => judge({ hosts: ['photos.example'] }, url)).reason).toBe('host');
  });

  it.each(NAMES)('%s refuses %s: %s', (_id, url, reason) => {
    expect(refusalOf(() => judge({}, url)).reason).toBe(reason);
  });

  it.each(ALLOWED)('allows %s: %s', (_what, url, requested) => {
    expect(judge({}, url).href).toBe(requested);
  });

  it.each(ALLOWED)('allows nothing by an empty list: %s', (_what, url) => {
    expect(refusalOf(() => judge({ hosts: [] }, url)).reason).toBe('host');
  });

  it('refuses http where the rules want https', () => {
    expect(refusalOf(() => judge({ allowHttp: false }, 'http://photos.example/')).reason).toBe('scheme');
    expect(judge({ allowHttp: false }, 'https://photos.example/').protocol).toBe('https:');
  });

  it.each([
    ['localhost', '*.localhost', 'http://localhost/'],
    ['a.localhost', '*.localhost', 'http://a.localhost/'],
    ['comfyui', '*.comfyui', 'http://comfyui/'],
    ['nas.local', '*.local', 'http://nas.local/'],
    ['metadata.google.internal', '*.google.internal', 'http://metadata.google.internal/'],
    ['nas.home.arpa', '*.home.arpa', 'http://nas.home.arpa/'],
  ])('wants the local name %s by itself, not as %s', (name, suffix, url) => {
    expect(judge({ hosts: [name] }, url).href).toBe(url);
    expect(refusalOf(() => judge({ hosts: [suffix] }, url)).reason).toBe('host');
  });

  it('lets a private address pass on the port that the operator gave, and on no other', () => {
    const rules = {
      hosts: ['127.0.0.1:8099', '127.0.0.1:8098', '10.1.2.3', '10.2.0.1', '[::1]:9000', '[::1]:9001'],
      privateAddresses: ['127.0.0.1:8099', '10.1.0.0/16:80', '[::1]:9000'],
    };
    expect(judge(rules, 'http://127.0.0.1:8099/').port).toBe('8099');
    expect(judge(rules, 'http://2130706433:8099/').hostname).toBe('127.0.0.1');
    expect(judge(rules, 'http://10.1.2.3/').hostname).toBe('10.1.2.3');
    expect(judge(rules, 'http://[::1]:9000/').hostname).toBe('[::1]');
    for (const url of [
      'http://127.0.0.1:8098/',
      'https://10.1.2.3/',
      'http://10.2.0.1/',
      'http://[::1]:9001/',
    ]) {
      expect(refusalOf(() => judge(rules, url)).reason).toBe('address');
    }
    expect(refusalOf(() => judge({ ...rules, hosts: [] }, 'http://127.0.0.1:8099/')).reason).toBe('host');
  });

  it('says nothing of credentials, path or query', () => {
    const urls = [
      'https://user:canary@photos.example/',
      'https://evil.example/canary?canary#canary',
      'canary',
    ];
    for (const url of urls) expect(refusalOf(() => judge({}, url)).message).not.toContain('canary');
  });
});

describe('OutboundGuard.resolve', () => {
  const resolve = (answers: string[][], rules: Partial<OutboundRules> = {}): Promise<void> =>
    new OutboundGuard({ ...open, ...rules }, dns(...answers)).resolve('https://photos.example/a.jpg');

  it.each([
    [['93.184.216.34']],
    [['2606:2800:220:1:248:1893:25c8:1946']],
    [['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946']],
  ])('passes %s', async (addresses) => {
    await expect(resolve([addresses])).resolves.toBeUndefined();
  });

  it.each([
    [['127.0.0.1']],
    [['10.0.0.1']],
    [['93.184.216.34', '10.0.0.1']],
    [['10.0.0.1', '93.184.216.34']],
    [['93.184.216.34', '::1']],
    [['93.184.216.34', '::ffff:127.0.0.1']],
    [['93.184.216.34', '64:ff9b::7f00:1']],
    [['93.184.216.34', 'fe80::1%eth0']],
    [['93.184.216.34', '::127.0.0.1']],
    [['93.184.216.34', '169.254.169.254']],
    [['93.184.216.34', 'nonsense']],
    [['93.184.216.34', '']],
  ])('I07 refuses %s, and does not tell them', async (addresses) => {
    const error: unknown = await resolve([addresses]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'UrlNotAllowed', reason: 'address' });
    expect((error as Error).message).toBe('photos.example does not lead to public addresses only.');
  });

  it('judges anew each time: a host that moves inside is refused', async () => {
    const guard = new OutboundGuard(open, dns(['93.184.216.34'], ['127.0.0.1']));
    await expect(guard.resolve('https://photos.example/')).resolves.toBeUndefined();
    await expect(guard.resolve('https://photos.example/')).rejects.toBeInstanceOf(UrlNotAllowed);
  });

  it('lets a name lead to private addresses that the operator gave, on their port', async () => {
    const privateAddresses = ['10.1.0.0/16:443'];
    await expect(resolve([['10.1.2.3', '10.1.2.4']], { privateAddresses })).resolves.toBeUndefined();
    await expect(resolve([['10.1.2.3', '10.2.2.4']], { privateAddresses })).rejects.toBeInstanceOf(
      UrlNotAllowed,
    );
    const guard = new OutboundGuard({ ...open, privateAddresses }, dns(['10.1.2.3']));
    await expect(guard.resolve('http://photos.example/')).rejects.toBeInstanceOf(UrlNotAllowed);
  });

  it('asks no DNS for what is refused without it, nor for an address', async () => {
    const { lookup, asked } = dns(['93.184.216.34']);
    const guard = new OutboundGuard(open, { lookup });
    await expect(guard.resolve('http://localhost/')).rejects.toBeInstanceOf(UrlNotAllowed);
    await expect(guard.resolve('http://93.184.216.34/')).resolves.toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('asks for the name without the dot at its end, once', async () => {
    const { lookup, asked } = dns(['93.184.216.34']);
    await new OutboundGuard(open, { lookup }).resolve('https://PHOTOS.example./');
    expect(asked).toEqual(['photos.example']);
  });

  it('calls a name without an address unreachable, in words of its own', async () => {
    await expect(resolve([[]])).rejects.toBeInstanceOf(UrlUnreachable);
    const failing: LookupFunction = (_name, _options, callback) =>
      callback(new Error('queryA ESERVFAIL 192.168.7.7'), []);
    const guard = new OutboundGuard(open, { lookup: failing });
    await expect(guard.resolve('https://photos.example/')).rejects.toThrow(
      'No address of photos.example could be found.',
    );
  });
});
