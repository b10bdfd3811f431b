import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FetchFolder, guardFor } from './fetching.js';
import { LoopbackHost, type Asked } from './loopback-host.js';

const photo = Buffer.from('not really a photo, which is judged elsewhere');

describe('fetchToFile: what a host answers', () => {
  let folder: FetchFolder;
  const hosts: LoopbackHost[] = [];

  beforeEach(async () => {
    folder = await FetchFolder.make();
  });
  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((host) => host.close()));
    await folder.remove();
  });

  async function hostThat(
    status: number,
    headers: Record<string, string> = {},
    body: Buffer = photo,
  ): Promise<LoopbackHost> {
    const host = await LoopbackHost.http((_asked: Asked, response) =>
      response.writeHead(status, headers).end(body),
    );
    hosts.push(host);
    return host;
  }

  it('saves the bytes, and tells their number, hash and name', async () => {
    const host = await hostThat(200);
    const fetched = await folder.fetch(guardFor(host), `${host.url}/album/%E5%A5%B6.jpg?size=2#top`);
    expect(fetched).toEqual({
      bytes: photo.length,
      sha256: createHash('sha256').update(photo).digest('hex'),
      filename: '奶.jpg',
      finalUrl: `${host.url}/album/%E5%A5%B6.jpg?size=2`,
    });
    expect(await readFile(folder.file)).toEqual(photo);
    expect(host.requests).toMatchObject([
      {
        method: 'GET',
        path: '/album/%E5%A5%B6.jpg?size=2',
        headers: { host: host.entry, 'accept-encoding': 'identity', 'user-agent': 'photo-repair' },
      },
    ]);
    expect(Object.keys(host.requests[0]?.headers ?? {})).not.toContain('cookie');
  });

  it('calls a file without a name photo', async () => {
    const host = await hostThat(200);
    await expect(folder.fetch(guardFor(host), `${host.url}/album/`)).resolves.toMatchObject({
      filename: 'photo',
    });
  });

  it.each(['image/jpeg', 'text/html', 'application/x-nonsense; charset'])(
    'I16 leaves what the bytes are to its caller: %s',
    async (type) => {
      const host = await hostThat(200, { 'Content-Type': type });
      await expect(folder.fetch(guardFor(host), host.url)).resolves.toMatchObject({ bytes: photo.length });
    },
  );

  it('saves an empty file as it is', async () => {
    const host = await hostThat(200, {}, Buffer.alloc(0));
    await expect(folder.fetch(guardFor(host), host.url)).resolves.toMatchObject({ bytes: 0 });
  });

  it.each([201, 204, 206, 300, 304, 400, 401, 403, 404, 410, 418, 451])(
    'refuses status %i for good',
    async (status) => {
      const host = await hostThat(status, {}, Buffer.alloc(0));
      const error = await folder.refusal(guardFor(host), `${host.url}/a?canary`);
      expect(error).toMatchObject({ name: 'FetchRefused', code: 'fetch_failed' });
      expect(error.message).toBe(`${host.entry} answered with status ${status}.`);
      expect(await folder.files()).toEqual([]);
    },
  );

  it.each([408, 425, 429, 500, 502, 503, 504, 599])('takes status %i for one that passes', async (status) => {
    const host = await hostThat(status, { 'Retry-After': '7' });
    const error = await folder.refusal(guardFor(host), `${host.url}/a?canary`);
    expect(error).toMatchObject({ name: 'UrlUnreachable', retryAfterMs: 7000 });
    expect(error.message).toBe(`${host.entry} answered with status ${status}.`);
    expect(await folder.files()).toEqual([]);
  });

  it('knows no time to wait where none is told', async () => {
    const host = await hostThat(503);
    expect(await folder.refusal(guardFor(host), host.url)).toMatchObject({ retryAfterMs: null });
  });

  it.each(['gzip', 'deflate', 'br', 'zstd', 'GZIP', 'identity, gzip', 'nonsense'])(
    'I15 refuses the content coding %s: nothing can swell',
    async (coding) => {
      const host = await hostThat(200, { 'Content-Encoding': coding });
      expect(await folder.refusal(guardFor(host), host.url)).toMatchObject({ code: 'fetch_failed' });
      expect(await folder.files()).toEqual([]);
    },
  );

  it('takes the content coding identity for none', async () => {
    const host = await hostThat(200, { 'Content-Encoding': 'Identity' });
    await expect(folder.fetch(guardFor(host), host.url)).resolves.toMatchObject({ bytes: photo.length });
  });

  it('leaves a file that is already there as it is', async () => {
    const host = await hostThat(200);
    await writeFile(folder.file, 'of somebody else');
    await expect(folder.fetch(guardFor(host), host.url)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readFile(folder.file, 'utf8')).toBe('of somebody else');
  });

  it('tells errors of the file system as they are', async () => {
    const host = await hostThat(200);
    const path = `${folder.path}/missing/photo`;
    await expect(folder.fetch(guardFor(host), host.url, { path })).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
