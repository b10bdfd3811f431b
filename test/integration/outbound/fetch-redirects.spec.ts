import { OutboundGuard } from '@app/outbound';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FetchFolder, guardFor } from './fetching.js';
import { LoopbackHost } from './loopback-host.js';
import { StubbedDns } from './stubbed-dns.js';

describe('fetchToFile: redirects', () => {
  let folder: FetchFolder;
  /** `/hops/3/x.jpg` redirects three times; `/to?status=302&location=…` as told; everything else is a photo. */
  let host: LoopbackHost;
  /** On loopback, too, and not on any list. */
  let forbidden: LoopbackHost;

  beforeEach(async () => {
    folder = await FetchFolder.make();
    forbidden = await LoopbackHost.http((_asked, response) => response.end('inside'));
    host = await LoopbackHost.http(({ path }, response) => {
      const url = new URL(path, 'http://host.example');
      const hops = Number(/^\/hops\/(\d+)/.exec(path)?.[1] ?? 0);
      let location = hops > 0 ? `/hops/${hops - 1}/end.jpg` : url.searchParams.get('location');
      if (path === '/long') location = `/${'a'.repeat(2048)}`;
      if (location === null) return response.end('photo');
      const status = Number(url.searchParams.get('status') ?? 302);
      // Hosts write it as UTF-8, which Node takes and gives for bytes.
      const header = Buffer.from(location).toString('latin1');
      return response.writeHead(status, header === '' ? {} : { Location: header }).end('redirect');
    });
  });
  afterEach(async () => {
    await Promise.all([host.close(), forbidden.close()]);
    await folder.remove();
  });

  const to = (location: string, status = 302): string =>
    `${host.url}/to?status=${status}&location=${encodeURIComponent(location)}`;

  it.each([0, 1, 2, 3])('follows %i, and keeps the name that was given', async (hops) => {
    const fetched = await folder.fetch(guardFor(host), `${host.url}/hops/${hops}/mine.jpg`);
    expect(fetched).toMatchObject({ bytes: 5, filename: 'mine.jpg' });
    expect(fetched.finalUrl).toBe(`${host.url}/hops/0/${hops === 0 ? 'mine' : 'end'}.jpg`);
    expect(host.requests).toHaveLength(hops + 1);
  });

  it.each([4, 10])('I09 refuses a chain of %i at its fourth', async (hops) => {
    const error = await folder.refusal(guardFor(host), `${host.url}/hops/${hops}/x.jpg`);
    expect(error).toMatchObject({ name: 'FetchRefused', code: 'fetch_failed' });
    expect(host.requests).toHaveLength(4);
    expect(await folder.files()).toEqual([]);
  });

  it.each([301, 302, 303, 307, 308])('follows status %i', async (status) => {
    await expect(folder.fetch(guardFor(host), to('/b.jpg', status))).resolves.toMatchObject({
      filename: 'to',
      finalUrl: `${host.url}/b.jpg`,
    });
  });

  it('names the file after where it is, where the URL has no name', async () => {
    const url = `${host.url}/?location=${encodeURIComponent('/album/b.jpg')}`;
    await expect(folder.fetch(guardFor(host), url)).resolves.toMatchObject({ filename: 'b.jpg' });
  });

  it.each<[string, (port: number) => string, string]>([
    ['another port of an allowed host', (port) => `http://127.0.0.1:${port}/`, 'port'],
    ['an address as one number', (port) => `http://2130706433:${port}/`, 'port'],
    ['an address in circled digits', (port) => `http://①②⑦.⓪.⓪.①:${port}/`, 'port'],
    ['an address without a scheme', (port) => `//127.0.0.1:${port}/`, 'port'],
    ['an address inside IPv6', (port) => `http://[::ffff:127.0.0.1]:${port}/`, 'host'],
    ['IPv6 loopback', (port) => `http://[::1]:${port}/`, 'host'],
    ['localhost', (port) => `http://localhost:${port}/?canary`, 'host'],
    ['a user', (port) => `http://user:canary@127.0.0.1:${port}/`, 'credentials'],
    ['file:', () => 'file:///etc/passwd', 'scheme'],
    ['gopher:', (port) => `gopher://127.0.0.1:${port}/_x`, 'scheme'],
    ['ftp:', (port) => `ftp://127.0.0.1:${port}/`, 'scheme'],
    ['data:', () => 'data:image/png;base64,AAAA', 'scheme'],
    ['javascript:', () => 'javascript:alert(1)', 'scheme'],
  ])('I09 refuses one to %s, and connects to nothing', async (_what, location, reason) => {
    const error = await folder.refusal(guardFor(host), to(location(forbidden.port)));
    expect(error).toMatchObject({ name: 'UrlNotAllowed', reason });
    expect(error.message).toBe(`${host.entry} redirects to where requests are not allowed.`);
    expect(forbidden.connections).toBe(0);
    expect(host.requests).toHaveLength(1);
    expect(await folder.files()).toEqual([]);
  });

  it('refuses one to a URL that is too long', async () => {
    expect(await folder.refusal(guardFor(host), `${host.url}/long`)).toMatchObject({ reason: 'too_long' });
    expect(host.requests).toHaveLength(1);
  });

  it('follows one that is written in Chinese', async () => {
    const fetched = await folder.fetch(guardFor(host), to('/奶奶.jpg'));
    expect(fetched.finalUrl).toBe(`${host.url}/%E5%A5%B6%E5%A5%B6.jpg`);
  });

  it('judges what is behind the third as what is behind the first', async () => {
    const chain = to(to(to(`http://localhost:${forbidden.port}/`)));
    expect(await folder.refusal(guardFor(host), chain)).toMatchObject({ name: 'UrlNotAllowed' });
    expect(host.requests).toHaveLength(3);
    expect(forbidden.connections).toBe(0);
  });

  it('asks DNS for each host on the way, and refuses one that leads inside', async () => {
    const dns = new StubbedDns({ 'a.example': [['127.0.0.1']], 'b.example': [['127.0.0.2']] });
    const guard = new OutboundGuard(
      {
        hosts: [`*.example:${host.port}`, `*.example:${forbidden.port}`],
        privateAddresses: ['127.0.0.1'],
        allowHttp: true,
      },
      dns,
    );
    const other = await LoopbackHost.http((_asked, response) => response.end('inside'), {
      address: '127.0.0.2',
      port: host.port,
    });
    const location = encodeURIComponent(`http://b.example:${host.port}/`);
    const error = await folder.refusal(guard, `http://a.example:${host.port}/to?location=${location}`);
    expect(error).toMatchObject({ name: 'UrlNotAllowed', reason: 'address' });
    expect(error.message).not.toContain('127.');
    expect(dns.asked).toEqual(['a.example', 'b.example']);
    expect(other.connections).toBe(0);
    await other.close();
  });

  it.each([
    ['without a location', ''],
    ['to what is no URL', 'http://['],
  ])('refuses one %s', async (_what, location) => {
    expect(await folder.refusal(guardFor(host), to(location))).toMatchObject({
      name: 'FetchRefused',
      code: 'fetch_failed',
    });
  });
});
