import type { Problem } from '@app/contracts';
import { Controller, Get } from '@nestjs/common';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Access } from '../../../apps/api/src/access/access.decorator.js';
import type { TestCaller } from '../../support/test-caller.js';
import { SmallApp } from './small-app.js';

const UNKNOWN = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';
const codeOf = async (response: Response) => ((await response.json()) as Problem).code;

describe('who is who on one machine and on many', () => {
  it('keeps metrics and documentation to this machine, and beyond it to keys that may look', async () => {
    const local = await SmallApp.start();
    onTestFinished(() => local.close());
    const open = await SmallApp.start({ API_HOST: '0.0.0.0' });
    onTestFinished(() => open.close());
    const ask = async (api: SmallApp, caller: TestCaller, headers: Record<string, string> = {}) => {
      const paths = ['/metrics', '/docs', '/docs/x'];
      const statuses = await Promise.all(
        paths.map(async (path) => (await caller.fetch(path, { headers })).status),
      );
      expect(new Set(statuses).size, `${api.url}: ${statuses.join()}`).toBe(1);
      return statuses[0];
    };
    for (const [api, visitors] of [
      [local, 200],
      [open, 404],
    ] as const) {
      expect(await ask(api, api.visitor())).toBe(visitors);
      expect(await ask(api, (await api.key()).caller)).toBe(403);
      expect(await ask(api, (await api.key({ role: 'viewer' })).caller)).toBe(200);
      expect(await ask(api, api.operator)).toBe(200);
      expect(await ask(api, api.as(`prk_${'x'.repeat(43)}`))).toBe(401);
    }
    // A proxy on this machine hands on what comes from elsewhere.
    expect(await ask(local, local.visitor(), { 'x-forwarded-for': '192.0.2.1' })).toBe(404);
  });

  it('does not start where somebody forgot to say who may use a route', async () => {
    @Controller('v1/forgotten')
    class ForgottenController {
      @Get()
      @Access('public')
      fine() {
        return {};
      }

      @Get('all')
      everything() {
        return {};
      }
    }
    const dataDir = await mkdtemp(join(tmpdir(), 'photo-repair-access-'));
    onTestFinished(() => rm(dataDir, { recursive: true }));
    await expect(SmallApp.start({ DATA_DIR: dataDir }, [ForgottenController])).rejects.toThrow(
      'These routes do not say who may use them: ForgottenController.everything.',
    );
  });

  it('believes X-Forwarded-For from a trusted proxy only', async () => {
    const settings = { API_HOST: '0.0.0.0', RATE_LIMIT: '60' };
    const floods = async (api: SmallApp) => {
      const statuses = [];
      for (let count = 0; count < 15; count += 1) {
        const headers = { 'x-forwarded-for': `192.0.2.${count}` };
        statuses.push((await fetch(`${api.url}/v1/session`, { headers })).status);
      }
      return statuses.filter((status) => status === 429).length;
    };
    const direct = await SmallApp.start(settings);
    onTestFinished(() => direct.close());
    expect(await floods(direct)).toBe(5);
    const behind = await SmallApp.start({ ...settings, TRUST_PROXY: 'loopback' });
    onTestFinished(() => behind.close());
    expect(await floods(behind)).toBe(0);
    const secure = { 'x-forwarded-for': '192.0.2.99', 'x-forwarded-proto': 'https' };
    const session = (api: SmallApp) => fetch(`${api.url}/v1/session`, { method: 'POST', headers: secure });
    expect((await session(behind)).headers.getSetCookie()[0]).toMatch(/; Secure/);
  });

  it('makes so many visitors for one address and no more', async () => {
    const open = await SmallApp.start({ API_HOST: '0.0.0.0' });
    onTestFinished(() => open.close());
    const known = open.visitor();
    await known.session();
    const statuses = [];
    for (let count = 0; count < 70; count += 1) {
      statuses.push((await fetch(`${open.url}/v1/mine`, { method: 'POST' })).status);
    }
    expect(statuses).toEqual([...Array<number>(59).fill(201), ...Array<number>(11).fill(429)]);
    expect((await known.send('POST', '/v1/mine')).status).toBe(201);
  });

  it('slows one key down with a word on when to come back, and lets all others through', async () => {
    const api = await SmallApp.start();
    onTestFinished(() => api.close());
    const { caller: flooding } = await api.key({ requests_per_minute: 60 });
    const { caller: other } = await api.key();
    const answers = [];
    for (let count = 0; count < 20; count += 1) answers.push(await flooding.fetch('/v1/mine'));
    expect(answers.map(({ status }) => status)).toEqual([
      ...Array<number>(10).fill(200),
      ...Array<number>(10).fill(429),
    ]);
    expect(await codeOf(answers[19]!)).toBe('rate_limited');
    expect(Number(answers[19]!.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await other.fetch('/v1/mine')).status).toBe(200);
    // Refused before the body is looked at: this one is not even JSON.
    const headers = { 'content-type': 'application/json' };
    expect((await flooding.fetch('/v1/mine', { method: 'POST', headers, body: '{' })).status).toBe(429);
  });

  it('slows down who asks for one task a hundred times a second, and nobody else', async () => {
    const api = await SmallApp.start();
    onTestFinished(() => api.close());
    const [polling, other] = [(await api.key()).caller, (await api.key()).caller];
    const began = performance.now();
    const statuses = await Promise.all(
      Array.from({ length: 300 }, async () => (await polling.fetch(`/v1/tasks/${UNKNOWN}`)).status),
    );
    // 50 in each window of two seconds; the slower this machine, the more of them.
    const windows = Math.ceil((performance.now() - began) / 2000) + 1;
    const answered = statuses.filter((status) => status !== 429).length;
    expect(answered).toBeGreaterThanOrEqual(50);
    expect(answered).toBeLessThanOrEqual(Math.min(50 * windows, 299));
    expect((await polling.fetch('/v1/mine')).status).toBe(200);
    expect((await other.fetch(`/v1/tasks/${UNKNOWN}`)).status).toBe(404);
  });

  it('refuses what does not fit into the quota before it is sent', async () => {
    const api = await SmallApp.start({ VISITOR_QUOTA_BYTES: '1000' });
    onTestFinished(() => api.close());
    const post = (body: string) =>
      visitor.fetch('/v1/mine', { method: 'POST', body, headers: { 'content-type': 'text/plain' } });
    const visitor = api.visitor();
    expect((await post('x'.repeat(1000))).status).toBe(201);
    const refused = await post('x'.repeat(1001));
    expect([refused.status, await codeOf(refused)]).toEqual([413, 'quota_exceeded']);
    await api.db.updateTable('owners').set({ used_bytes: 1000 }).execute();
    expect((await post('')).status).toBe(413);
  });

  it('makes the key of its operator, keeps it for the user that runs it, and keeps to it', async () => {
    const first = await SmallApp.start({ OPERATOR_KEY: '' });
    const path = join(first.dataDir, 'operator.key');
    const token = (await readFile(path, 'utf8')).trim();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await first.as(token).session()).toMatchObject({ kind: 'key', role: 'operator', max_priority: 9 });
    await first.app.close();
    const again = await SmallApp.start({ OPERATOR_KEY: '', DATA_DIR: first.dataDir });
    expect((await again.as(token).session()).role).toBe('operator');
    await again.app.close();

    const chosen = 'prk_another-key-that-the-operator-chose';
    const last = await SmallApp.start({ OPERATOR_KEY: chosen, DATA_DIR: first.dataDir });
    onTestFinished(() => last.close());
    expect((await last.as(chosen).session()).role).toBe('operator');
    expect((await last.as(token).fetch('/v1/session')).status).toBe(401);
  });
});
