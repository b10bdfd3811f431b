import type { AlbumView } from '@app/contracts';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { setPriority } from '../../../apps/cli/src/albums/priority.command.js';
import { showAudit } from '../../../apps/cli/src/audit/audit.command.js';
import { pause, resume } from '../../../apps/cli/src/pauses/pauses.command.js';
import { TestApi } from '../../support/test-api.js';
import { OperatorCalls, PHOTO, submitMany } from './operator-calls.js';

const NOWHERE = 'amqp://127.0.0.1:1';

describe('the audit log', () => {
  let api: TestApi;
  let operator: OperatorCalls;

  beforeAll(async () => {
    api = await TestApi.start({ AMQP_URL: NOWHERE, RATE_LIMIT: '0' });
    operator = new OperatorCalls(api.as('operator'));
  });
  afterAll(() => api.remove());

  it('has every act of an operator on what is not its own, and none of anybody else', async () => {
    const { caller } = operator;
    const [cancelled, own, erased] = await submitMany(api, 3);
    const album = (await (await api.send('POST', '/v1/albums', { title: 'a' })).json()) as AlbumView;
    await api.cancel(own!);
    await caller.cancel(cancelled!);
    await caller.send('POST', `/v1/tasks/${cancelled}/retry`);
    await caller.send('DELETE', `/v1/tasks/${erased}`);
    await caller.send('PATCH', `/v1/albums/${album.id}`, { title: 'b' });
    const body = new FormData();
    body.append('type', 'person');
    body.append('image', new Blob([new Uint8Array(await readFile(PHOTO))]), 'a.jpg');
    await caller.fetch(`/v1/albums/${album.id}/tasks`, { method: 'POST', body });
    await caller.send('PUT', `/v1/admin/albums/${album.id}/priority`, { priority: 7, note: 'urgent' });
    await caller.send('POST', `/v1/albums/${album.id}/cancel`);
    await caller.send('POST', `/v1/albums/${album.id}/links`, { access: 'view' });
    await caller.send('DELETE', `/v1/albums/${album.id}`);
    await caller.send('PUT', '/v1/admin/groups/museum', { task_types: { person: 'person' } });
    const token = await operator.keyOf('viewer', 'museum');
    const acts = (await operator.audit()).toReversed();
    const key = acts.at(-1)!.subject!;
    await caller.send('DELETE', `/v1/admin/keys/${key}`);
    const name = 'operator';
    expect(acts.every(({ by }) => by.name === name)).toBe(true);
    const last = await operator.audit(1);
    expect([...acts, ...last].map(({ act, subject, count, note }) => [act, subject, count, note])).toEqual([
      ['task_cancelled', cancelled, null, null],
      ['task_retried', cancelled, null, null],
      ['task_erased', erased, null, null],
      ['album_changed', album.id, null, null],
      ['album_photos_added', album.id, 1, null],
      ['album_priority_set', album.id, 1, 'urgent'],
      ['tasks_cancelled', album.id, 1, null],
      ['album_link_made', album.id, null, null],
      ['album_erased', album.id, 1, null],
      ['group_set', 'museum', null, null],
      ['key_made', key, null, null],
      ['key_revoked', key, null, null],
    ]);
    expect(JSON.stringify(acts)).not.toContain(token);
    expect(acts[10]!.details).toMatchObject({ name: 'museum', role: 'viewer' });
  });

  it('is read page by page, the newest first, by whoever may look; who may only look may not act', async () => {
    const viewer = api.as(await operator.keyOf('viewer'));
    const all = await new OperatorCalls(viewer).audit();
    const first = await viewer.fetch('/v1/admin/audit?limit=2');
    const page = (await first.json()) as { items: unknown[]; next_cursor: string };
    expect(page.items).toEqual(all.slice(0, 2));
    expect(first.headers.get('Link')).toContain('rel="next"');
    const next = await viewer.fetch(`/v1/admin/audit?limit=2&cursor=${page.next_cursor}`);
    expect(((await next.json()) as { items: unknown[] }).items).toEqual(all.slice(2, 4));

    for (const [method, path, body] of [
      ['PUT', '/v1/admin/pauses/intake', {}],
      ['DELETE', '/v1/admin/pauses/types/person', undefined],
      ['PUT', '/v1/admin/pauses/workers/w', {}],
      ['PUT', '/v1/admin/albums/019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c/priority', { priority: 1 }],
    ] as const) {
      expect((await viewer.send(method, path, body)).status).toBe(403);
    }
    expect(await operator.pauses()).toEqual([]);
    expect(await operator.audit()).toEqual(all);
    expect((await api.fetch('/v1/admin/audit')).status).toBe(401);
  });

  it('is what the command line shows of what it has done', async () => {
    let printed = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
    onTestFinished(() => void vi.restoreAllMocks());
    const flags = { url: api.url, key: api.operatorKey, json: false };
    await pause('worker', 'gpu 1', { ...flags, note: 'fan' });
    await pause(undefined, undefined, flags);
    expect(printed.match(/worker +gpu 1 +\S+Z +operator +fan/g)).toHaveLength(2);
    printed = '';
    await resume('worker', 'gpu 1', flags);
    expect(printed).toBe('Nothing is paused.\n');
    printed = '';
    await showAudit({ ...flags, limit: '2' });
    expect(printed).toMatch(/worker_resumed +gpu 1[^]+worker_paused +gpu 1 +- +- +fan[^]+--cursor /);
    printed = '';
    await showAudit({ ...flags, limit: '1', json: true });
    expect(JSON.parse(printed)).toMatchObject({ items: [{ act: 'worker_resumed', subject: 'gpu 1' }] });
    const album = (await (await api.send('POST', '/v1/albums', { title: 'a' })).json()) as AlbumView;
    printed = '';
    await setPriority(album.id, '9', flags);
    expect(printed).toContain('0 waiting photos of the album have priority 9');
    await expect(setPriority(album.id, '10', flags)).rejects.toThrow('from 0 (normal) to 9');
    await expect(pause('type', 'dogs', flags)).rejects.toThrow('Task types are:');
  });

  it('has album priorities that are none refused', async () => {
    const put = (id: string, body: object) =>
      operator.caller.send('PUT', `/v1/admin/albums/${id}/priority`, body);
    const nobody = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';
    expect((await put(nobody, { priority: 10 })).status).toBe(422);
    expect((await put(nobody, { priority: 1.5 })).status).toBe(422);
    expect((await put(nobody, {})).status).toBe(400);
    expect((await put(nobody, { priority: 1 })).status).toBe(404);
    expect((await put('nobody', { priority: 1 })).status).toBe(404);
  });
});
