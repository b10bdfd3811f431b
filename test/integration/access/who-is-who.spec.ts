import type { ApiKeyView, NewAlbumLinkView, Problem, SessionView } from '@app/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestCaller } from '../../support/test-caller.js';
import { DATABASES } from '../api/databases.js';
import { SmallApp } from './small-app.js';

const UNKNOWN = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';
const codeOf = async (response: Response) => ((await response.json()) as Problem).code;

describe.each(DATABASES)('who is who, on %s', (_name, startDatabase) => {
  let api: SmallApp;
  let stopDatabase: () => Promise<void>;

  beforeAll(async () => {
    const database = await startDatabase();
    stopDatabase = database.stop;
    api = await SmallApp.start({ DATABASE_URL: database.url });
  });
  afterAll(async () => {
    await api.close();
    await stopDatabase();
  });

  async function linkTo(owner: TestCaller, albumId: string, body: object): Promise<NewAlbumLinkView> {
    const response = await owner.send('POST', `/v1/albums/${albumId}/links`, body);
    expect(response.status).toBe(201);
    return (await response.json()) as NewAlbumLinkView;
  }

  describe('a visitor', () => {
    it('is known again by a cookie that no script reads and no other site sends', async () => {
      const response = await fetch(`${api.url}/v1/session`, { method: 'POST' });
      const [cookie] = response.headers.getSetCookie();
      expect(cookie).toMatch(
        /^photo_repair_visitor=prv_[\w-]{43}; Max-Age=34560000; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
      );
      expect(await response.json()).toMatchObject({ kind: 'visitor', role: 'user', album: null });
      const again = await fetch(`${api.url}/v1/session`, { headers: { cookie: cookie!.split(';', 1)[0]! } });
      expect(((await again.json()) as SessionView).kind).toBe('visitor');
      expect(again.headers.getSetCookie()).toEqual([]);
    });

    it('has its secret in no table', async () => {
      const visitor = api.visitor();
      await visitor.session();
      const secret = visitor.cookie!.split('=')[1]!;
      const tables = await Promise.all(
        (['owners', 'album_links'] as const).map((table) => api.db.selectFrom(table).selectAll().execute()),
      );
      expect(JSON.stringify(tables)).not.toContain(secret);
    });

    it('is made where it makes something, and is nobody where it only asks', async () => {
      expect((await fetch(`${api.url}/v1/mine`)).status).toBe(401);
      const made = await fetch(`${api.url}/v1/mine`, { method: 'POST' });
      expect([made.status, made.headers.getSetCookie().length]).toEqual([201, 1]);
    });

    it('is somebody new when the cookie is one that nobody knows', async () => {
      const cookie = `photo_repair_visitor=prv_${'a'.repeat(43)}`;
      const session = await fetch(`${api.url}/v1/session`, { headers: { cookie } });
      expect(((await session.json()) as SessionView).kind).toBe('none');
    });

    it('gets its cookie anew once an hour, and is written down as seen', async () => {
      const visitor = api.visitor();
      await visitor.session();
      const { id } = (await (await visitor.fetch('/v1/mine')).json()) as { id: string };
      await api.db.updateTable('owners').set({ seen_at: 5 }).where('id', '=', id).execute();
      const [first, second] = [await visitor.fetch('/v1/mine'), await visitor.fetch('/v1/mine')];
      expect(first.headers.getSetCookie()[0]).toContain(`${visitor.cookie!};`);
      expect(second.headers.getSetCookie()).toEqual([]);
      const row = await api.db.selectFrom('owners').select('seen_at').where('id', '=', id).executeTakeFirst();
      expect(row!.seen_at).toBeGreaterThan(Date.now() - 60_000);
    });

    it('is not taken for somebody by a form of another site', async () => {
      const visitor = api.visitor();
      const albumId = await api.albumOf(visitor);
      const form = { method: 'POST', body: 'access=edit' };
      for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
        const type = { 'content-type': 'application/x-www-form-urlencoded' };
        const response = await visitor.fetch(`/v1/albums/${albumId}/links`, {
          ...form,
          headers: { ...type, ...headers },
        });
        expect([response.status, await codeOf(response)]).toEqual([403, 'foreign_site']);
      }
      expect(
        await api.db.selectFrom('album_links').selectAll().where('album_id', '=', albumId).execute(),
      ).toEqual([]);
    });
  });

  describe('an API key', () => {
    it('is made by an operator, shown once, and ended at once', async () => {
      const made = await api.operator.send('POST', '/v1/admin/keys', {
        name: 'museum',
        group: 'museum',
        allowed_types: ['person'],
        max_priority: 4,
        quota_bytes: 1000,
        requests_per_minute: 600,
      });
      expect(made.status).toBe(201);
      const { id, token } = (await made.json()) as { id: string; token: string };
      expect(token).toMatch(/^prk_[\w-]{43}$/);
      expect(await api.as(token).session()).toMatchObject({ kind: 'key', name: 'museum', max_priority: 4 });
      const list = await (await api.operator.fetch('/v1/admin/keys')).text();
      expect(list).not.toContain(token);
      const { items } = JSON.parse(list) as { items: ApiKeyView[] };
      expect(items.find((key) => key.id === id)).toMatchObject({
        name: 'museum',
        role: 'user',
        group: 'museum',
        allowed_types: ['person'],
        max_priority: 4,
        quota_bytes: 1000,
        requests_per_minute: 600,
        revoked_at: null,
      });

      expect((await api.operator.send('DELETE', `/v1/admin/keys/${id}`)).status).toBe(204);
      const refused = await api.as(token).fetch('/v1/session');
      expect([refused.status, await codeOf(refused)]).toEqual([401, 'unauthorized']);
      expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="photo-repair"');
      expect((await api.operator.send('DELETE', `/v1/admin/keys/${id}`)).status).toBe(204);
      expect((await api.operator.send('DELETE', `/v1/admin/keys/${UNKNOWN}`)).status).toBe(404);
    });

    it('is nothing after its time', async () => {
      const { id, caller } = await api.key({ expires_at: new Date(Date.now() + 60_000).toISOString() });
      expect((await caller.fetch('/v1/session')).status).toBe(200);
      await api.db
        .updateTable('owners')
        .set({ expires_at: Date.now() - 1 })
        .where('id', '=', id)
        .execute();
      expect((await caller.fetch('/v1/session')).status).toBe(401);
    });

    it.each([
      `Bearer prk_${'a'.repeat(43)}`,
      `Bearer prl_${'a'.repeat(43)}`,
      'Bearer',
      'Token x',
      "Bearer ' or 1=1 --",
    ])('is not %j, and nobody is let in with that as a visitor', async (authorization) => {
      const visitor = api.visitor();
      await visitor.session();
      const headers = { authorization, cookie: visitor.cookie! };
      for (const method of ['GET', 'POST']) {
        const response = await fetch(`${api.url}/v1/session`, { method, headers });
        expect([response.status, response.headers.getSetCookie()]).toEqual([401, []]);
      }
    });

    it.each([
      [{ role: 'root' }, '/role'],
      [{ max_priority: 10 }, '/max_priority'],
      [{ quota_bytes: -1 }, '/quota_bytes'],
      [{ expires_at: '2020-01-01T00:00:00Z' }, '/expires_at'],
      [{ allowed_types: ['nothing'] }, '/allowed_types'],
      [{ owner_id: UNKNOWN }, '/owner_id'],
    ])('is not made with %j', async (chosen, pointer) => {
      const response = await api.operator.send('POST', '/v1/admin/keys', { name: 'x', ...chosen });
      expect([400, 422]).toContain(response.status);
      expect(((await response.json()) as Problem).errors?.map((error) => error.pointer)).toEqual([pointer]);
    });

    it('gets the workflows of its group, which only operators bind', async () => {
      const types = { task_types: { person: 'building' } };
      expect((await (await api.key()).caller.send('PUT', '/v1/admin/groups/museum', types)).status).toBe(403);
      expect((await api.operator.send('PUT', '/v1/admin/groups/museum', types)).status).toBe(200);
      const { caller: viewer } = await api.key({ role: 'viewer' });
      expect(await (await viewer.fetch('/v1/admin/groups/museum')).json()).toEqual({
        name: 'museum',
        ...types,
      });
      expect((await viewer.send('PUT', '/v1/admin/groups/museum', types)).status).toBe(403);
      expect((await api.operator.fetch('/v1/admin/groups/nobody')).status).toBe(404);
      const wrong = { task_types: { person: 'nothing' } };
      expect((await api.operator.send('PUT', '/v1/admin/groups/museum', wrong)).status).toBe(422);
      expect((await api.operator.send('PUT', '/v1/admin/groups/A%20b', types)).status).toBe(404);
    });
  });

  describe('a link', () => {
    it('opens its album, for looking or for working, and no other', async () => {
      const owner = api.visitor();
      const [albumId, other] = [await api.albumOf(owner), await api.albumOf(owner)];
      const [view, edit] = [
        await linkTo(owner, albumId, { access: 'view' }),
        await linkTo(owner, albumId, { access: 'edit' }),
      ];
      expect(view.token).toMatch(/^prl_[\w-]{43}$/);
      expect(view.url).toBe(`/#link=${view.token}`);
      const statuses = async (token: string, id: string) => [
        (await api.as(token).fetch(`/v1/albums/${id}`)).status,
        (await api.as(token).send('PATCH', `/v1/albums/${id}`)).status,
        (await api.as(token).fetch(`/v1/albums/${id}/links`)).status,
      ];
      expect(await statuses(view.token, albumId)).toEqual([200, 403, 403]);
      expect(await statuses(edit.token, albumId)).toEqual([200, 200, 403]);
      expect(await statuses(edit.token, other)).toEqual([404, 404, 404]);
      expect(await codeOf(await api.as(view.token).send('PATCH', `/v1/albums/${albumId}`))).toBe(
        'read_only_link',
      );
      expect(await codeOf(await api.as(edit.token).send('POST', '/v1/mine'))).toBe('forbidden');
      expect(await api.as(view.token).session()).toMatchObject({
        kind: 'link',
        album: { id: albumId, access: 'view' },
      });
    });

    it('ends at once when it is revoked: for its holder, and for those who have opened it', async () => {
      const owner = api.visitor();
      const albumId = await api.albumOf(owner);
      const { id, token } = await linkTo(owner, albumId, { access: 'edit' });
      const guest = api.visitor();
      expect(await codeOf(await guest.fetch(`/v1/albums/${albumId}`))).toBe('not_found');
      const opened = await guest.send('POST', '/v1/links/open', { token });
      expect(await opened.json()).toEqual({ album_id: albumId, access: 'edit', expires_at: null });
      expect((await guest.send('POST', '/v1/links/open', { token })).status).toBe(200);
      expect((await guest.send('PATCH', `/v1/albums/${albumId}`)).status).toBe(200);
      expect((await guest.send('POST', `/v1/albums/${albumId}/links`, { access: 'view' })).status).toBe(403);

      const links = (await (await owner.fetch(`/v1/albums/${albumId}/links`)).json()) as { items: object[] };
      expect(links.items).toMatchObject([{ id, access: 'edit', expires_at: null }]);
      expect(JSON.stringify(links)).not.toContain(token);
      expect((await owner.send('DELETE', `/v1/albums/${albumId}/links/${id}`)).status).toBe(204);
      expect((await guest.fetch(`/v1/albums/${albumId}`)).status).toBe(404);
      expect((await api.as(token).fetch(`/v1/albums/${albumId}`)).status).toBe(401);
      expect((await api.visitor().send('POST', '/v1/links/open', { token })).status).toBe(404);
      expect((await owner.send('DELETE', `/v1/albums/${albumId}/links/${id}`)).status).toBe(404);
      expect(api.told.filter((told) => told.kind === 'access' && told.albumId === albumId)).toHaveLength(1);
    });

    it('is nothing after its time', async () => {
      const owner = api.visitor();
      const albumId = await api.albumOf(owner);
      const expires_at = new Date(Date.now() + 60_000).toISOString();
      const { id, token } = await linkTo(owner, albumId, { access: 'view', expires_at });
      const guest = api.visitor();
      await guest.send('POST', '/v1/links/open', { token });
      expect((await guest.fetch(`/v1/albums/${albumId}`)).status).toBe(200);
      await api.db
        .updateTable('album_links')
        .set({ expires_at: Date.now() - 1 })
        .where('id', '=', id)
        .execute();
      expect((await guest.fetch(`/v1/albums/${albumId}`)).status).toBe(404);
      expect((await api.as(token).fetch(`/v1/albums/${albumId}`)).status).toBe(401);
      expect(await (await owner.fetch(`/v1/albums/${albumId}/links`)).json()).toEqual({ items: [] });
    });

    it('of somebody else is revoked by nobody but the owner and the operator', async () => {
      const [owner, stranger] = [api.visitor(), api.visitor()];
      const [albumId, own] = [await api.albumOf(owner), await api.albumOf(stranger)];
      const { id } = await linkTo(owner, albumId, { access: 'view' });
      for (const path of [`/v1/albums/${albumId}/links/${id}`, `/v1/albums/${own}/links/${id}`]) {
        expect((await stranger.send('DELETE', path)).status).toBe(404);
      }
      expect((await api.operator.send('DELETE', `/v1/albums/${albumId}/links/${id}`)).status).toBe(204);
    });
  });

  it('answers a foreign id, an unknown one and what is no id alike', async () => {
    const albumId = await api.albumOf(api.visitor());
    const stranger = api.visitor();
    const answers = [];
    for (const id of [
      albumId,
      UNKNOWN,
      'nonsense',
      '%00',
      '..%2f..',
      '[object Object]',
      'a'.repeat(4000),
      '🖼',
    ]) {
      const response = await stranger.fetch(`/v1/albums/${encodeURI(decodeURI(id))}`);
      const { request_id: _, ...body } = (await response.json()) as Problem;
      answers.push({ status: response.status, cache: response.headers.get('cache-control'), body });
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({
      status: 404,
      cache: expect.stringContaining('no-store') as string,
      body: { code: 'not_found' },
    });
  });
});
