import { OutboundGuard, postJson } from '@app/outbound';
import type { LookupFunction } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FetchFolder } from './fetching.js';
import { LoopbackHost } from './loopback-host.js';
import { StubbedDns } from './stubbed-dns.js';

/**
 * `allowed` stands for the Internet and `inside` for what must not be reached: both are loopback, on one port, so that
 * only the address tells them apart.
 */
describe('a connection goes to the addresses that were judged', () => {
  let folder: FetchFolder;
  let allowed: LoopbackHost;
  let inside: LoopbackHost;

  beforeEach(async () => {
    folder = await FetchFolder.make();
    allowed = await LoopbackHost.http((_asked, response) => response.end('photo'));
    inside = await LoopbackHost.http((_asked, response) => response.end('inside'), {
      address: '127.0.0.2',
      port: allowed.port,
    });
  });
  afterEach(async () => {
    await Promise.all([allowed.close(), inside.close()]);
    await folder.remove();
  });

  const guardWith = (dns: { lookup?: LookupFunction }, privateAddresses = [allowed.entry]): OutboundGuard =>
    new OutboundGuard(
      {
        hosts: [`photos.example:${allowed.port}`, `localhost:${allowed.port}`],
        privateAddresses,
        allowHttp: true,
      },
      dns,
    );
  const url = (): string => `http://photos.example:${allowed.port}/a.jpg?canary`;

  it('asks DNS once: an answer that changes between judgement and connection is never heard', async () => {
    const dns = new StubbedDns({ 'photos.example': [['127.0.0.1'], ['127.0.0.2']] });
    await expect(folder.fetch(guardWith(dns), url())).resolves.toMatchObject({ bytes: 5 });
    expect(allowed.requests).toMatchObject([{ headers: { host: `photos.example:${allowed.port}` } }]);
    expect(dns.asked).toEqual(['photos.example']);
    expect(inside.connections).toBe(0);
  });

  it('refuses the request after the answer has changed', async () => {
    const guard = guardWith(new StubbedDns({ 'photos.example': [['127.0.0.1'], ['127.0.0.2']] }));
    await guard.resolve(url());
    expect(await folder.refusal(guard, url())).toMatchObject({ name: 'UrlNotAllowed', reason: 'address' });
    expect([allowed.connections, inside.connections]).toEqual([0, 0]);
  });

  it.each([
    [['127.0.0.2']],
    [['127.0.0.1', '127.0.0.2']],
    [['127.0.0.2', '127.0.0.1']],
    [['127.0.0.1', '::1']],
    [['127.0.0.1', '::ffff:127.0.0.1']],
    [['127.0.0.1', '127.0.0.3']],
    [['127.0.0.1', 'nonsense']],
  ])('I07 connects to none of %s, where one may not be reached', async (addresses) => {
    const guard = guardWith(new StubbedDns({ 'photos.example': [addresses] }));
    const error = await folder.refusal(guard, url());
    expect(error).toMatchObject({ name: 'UrlNotAllowed', reason: 'address' });
    expect(error.message).toBe('photos.example does not lead to public addresses only.');
    await expect(postJson(guard, url(), { body: '{}', headers: {}, timeoutMs: 1000 })).rejects.toMatchObject({
      name: 'UrlNotAllowed',
      reason: 'address',
    });
    expect([allowed.connections, inside.connections]).toEqual([0, 0]);
    expect(await folder.files()).toEqual([]);
  });

  it('goes on to the next judged address where nobody is at the first', async () => {
    await inside.close();
    const both = [allowed.entry, `127.0.0.2:${allowed.port}`];
    const dns = new StubbedDns({ 'photos.example': [['127.0.0.2', '127.0.0.1']] });
    await expect(folder.fetch(guardWith(dns, both), url())).resolves.toMatchObject({ bytes: 5 });
    inside = await LoopbackHost.http((_asked, response) => response.end());
  });

  it('lets a private address be reached on the port that was given with it, only', async () => {
    const dns = new StubbedDns({ 'photos.example': [['127.0.0.1']] });
    const error = await folder.refusal(guardWith(dns, [`127.0.0.1:${allowed.port + 1}`]), url());
    expect(error).toMatchObject({ name: 'UrlNotAllowed', reason: 'address' });
    expect(allowed.connections).toBe(0);
  });

  it('I01 refuses localhost by its address even where it is listed, as the system resolves it', async () => {
    const error = await folder.refusal(guardWith({}, []), `http://localhost:${allowed.port}/`);
    expect(error).toMatchObject({ name: 'UrlNotAllowed', reason: 'address' });
    expect([allowed.connections, inside.connections]).toEqual([0, 0]);
  });

  it('reaches localhost, as the system resolves it, where its addresses are given', async () => {
    const guard = guardWith({}, ['127.0.0.0/8', '::1']);
    await expect(folder.fetch(guard, `http://localhost:${allowed.port}/`)).resolves.toMatchObject({
      bytes: 5,
    });
  });

  it('calls a name without an address unreachable, and does not tell what DNS said', async () => {
    const error = await folder.refusal(guardWith(new StubbedDns({})), url());
    expect(error).toMatchObject({ name: 'UrlUnreachable', retryAfterMs: null });
    expect(error.message).toBe('No address of photos.example could be found.');
  });

  it('counts the time that DNS takes', async () => {
    const guard = guardWith({ lookup: () => undefined });
    const error = await folder.refusal(guard, url(), { timeoutMs: 100 });
    expect(error).toMatchObject({ name: 'UrlUnreachable' });
    expect(error.message).toBe(`No whole answer from photos.example:${allowed.port} within 100 ms.`);
  });

  it('asks for the certificate of the host, not of the address', async () => {
    let hello = '';
    const tls = await LoopbackHost.raw((socket, first) => {
      hello = first.toString('latin1');
      socket.destroy();
    });
    const guard = new OutboundGuard(
      { hosts: [`photos.example:${tls.port}`], privateAddresses: [tls.entry], allowHttp: false },
      new StubbedDns({ 'photos.example': [['127.0.0.1']] }),
    );
    const error = await folder.refusal(guard, `https://photos.example:${tls.port}/`);
    expect(error).toMatchObject({ name: 'UrlUnreachable' });
    // The name stands readable in the first message of TLS (RFC 6066, server_name).
    expect(hello).toContain('photos.example');
    await tls.close();
  });

  it('uses no proxy of the environment', async () => {
    const proxy = { HTTP_PROXY: inside.url, http_proxy: inside.url, ALL_PROXY: inside.url, NO_PROXY: '' };
    const before = { ...process.env };
    Object.assign(process.env, proxy);
    try {
      const dns = new StubbedDns({ 'photos.example': [['127.0.0.1']] });
      await expect(folder.fetch(guardWith(dns), url())).resolves.toMatchObject({ bytes: 5 });
    } finally {
      process.env = before;
    }
    expect(inside.connections).toBe(0);
  });
});
