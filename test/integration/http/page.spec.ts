import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../../support/test-api.js';

const PAGE = '<!doctype html><meta name="style-nonce" content="%STYLE_NONCE%"><title>a page</title>';

describe('the page', () => {
  let folder: string;
  let api: TestApi;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'photo-repair-page-'));
    await writeFile(join(folder, 'index.html'), PAGE);
    await writeFile(join(folder, 'icon.svg'), '<svg/>');
    api = await TestApi.start({ AMQP_URL: 'amqp://127.0.0.1:1', WEB_DIR: folder });
  });
  afterAll(async () => {
    await api.remove();
    await rm(folder, { recursive: true });
  });

  /** The nonces that the policy lets in, and the one that the page has. */
  async function noncesAt(path: string): Promise<{ policy: string[]; page: string | undefined }> {
    const response = await fetch(`${api.url}${path}`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    const policy = response.headers.get('content-security-policy') ?? '';
    const styles = policy.split(';').find((directive) => directive.trim().startsWith('style-src'));
    return {
      policy: [...(styles ?? '').matchAll(/'nonce-([^']+)'/g)].map(([, nonce]) => nonce!),
      page: /<meta name="style-nonce" content="([^"]+)">/.exec(await response.text())?.[1],
    };
  }

  it('lets in the style elements that carry its nonce, another one each time', async () => {
    const seen = new Set<string>();
    for (const path of ['/', '/', '/index.html', '/?x=1']) {
      const { policy, page } = await noncesAt(path);
      expect(policy).toEqual([page]);
      expect(page).toMatch(/^[\w-]{22}$/);
      seen.add(page!);
    }
    expect(seen.size).toBe(4);
  });

  it('lets in no other style, no script and nothing of anybody else', async () => {
    const policy = (await fetch(api.url)).headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  it('is told about to whoever asks for its head, and is no file to be had as it was built', async () => {
    const head = await fetch(api.url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const icon = await fetch(`${api.url}/icon.svg`);
    expect([icon.status, await icon.text()]).toEqual([200, '<svg/>']);
    for (const path of ['//index.html', '/%69ndex.html', '/INDEX.HTML', '/./index.html']) {
      expect(await (await fetch(`${api.url}${path}`)).text()).not.toContain('%STYLE_NONCE%');
    }
  });

  it('says so where it was not built', async () => {
    const bare = await mkdtemp(join(tmpdir(), 'photo-repair-no-page-'));
    const other = await TestApi.start({ AMQP_URL: 'amqp://127.0.0.1:1', WEB_DIR: bare });
    try {
      const response = await fetch(other.url);
      expect([response.status, await response.text()]).toEqual([404, 'The page is not built.']);
    } finally {
      await other.remove();
      await rm(bare, { recursive: true });
    }
  });
});
