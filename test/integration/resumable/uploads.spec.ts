import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { DATABASE } from '../../../apps/api/src/database/database.module.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { UploadBytes } from '../../../apps/api/src/resumable/upload-bytes.js';
import { UploadsSweeper } from '../../../apps/api/src/resumable/uploads.sweeper.js';
import { UploadsStore } from '../../../apps/api/src/resumable/uploads.store.js';
import { TestApi } from '../../support/test-api.js';
import { makeAlbum } from '../albums/album-api.js';
import { exchange } from '../http/raw-request.js';
import { BYTES, idOf, metadata, refusalOf, Tus } from './tus.js';

const LIMIT = 100_000;
const HOUR_MS = 60 * 60 * 1000;
const PHOTO = Buffer.from('0123456789');

describe('a photo that comes in pieces', () => {
  let api: TestApi;
  let db: Database;
  let tus: Tus;

  beforeAll(async () => {
    const settings = { AMQP_URL: 'amqp://127.0.0.1:1', MAX_UPLOAD_BYTES: String(LIMIT), RATE_LIMIT: '0' };
    api = await TestApi.start(settings);
    db = api.app.get<Database>(DATABASE);
    tus = new Tus(api.visitor());
    await tus.caller.session();
  });
  afterAll(() => api.remove());
  afterEach(async () => {
    for (const { id } of await db.selectFrom('uploads').select('id').execute()) {
      await api.app.get(UploadBytes).remove(id);
      await api.app.get(UploadsStore).remove(id);
    }
  });

  const incoming = () => readdir(join(api.dataDir, 'incoming'));
  const fileOf = (path: string) => join(api.dataDir, 'incoming', `${idOf(path)}.upload`);
  const age = async (path: string, ms: number) => {
    const then = new Date(Date.now() - ms);
    await utimes(fileOf(path), then, then);
    await db
      .updateTable('uploads')
      .set({ created_at: Number(then) })
      .where('id', '=', idOf(path))
      .execute();
  };

  it('is offered as tus 1.0 says', async () => {
    const response = await tus.ask('OPTIONS', '/v1/uploads');
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'tus-resumable': '1.0.0',
      'tus-version': '1.0.0',
      'tus-extension': 'creation,creation-with-upload,termination,expiration',
      'tus-max-size': String(LIMIT),
    });
    expect((await fetch(`${api.url}/v1/uploads/${uuidv7()}`, { method: 'OPTIONS' })).status).toBe(204);
  });

  it('arrives piece by piece, and the first may come with the beginning', async () => {
    const headers = {
      'upload-metadata': metadata({ filename: '奶奶1953年.jpg', filetype: 'image/jpeg', more: 'x' }),
    };
    const begun = await tus.begin({ length: 10, body: PHOTO.subarray(0, 4), headers });
    expect([begun.status, begun.headers.get('upload-offset')]).toEqual([201, '4']);
    const path = begun.headers.get('location')!;
    expect(path).toMatch(/^\/v1\/uploads\/[0-9a-f-]{36}$/);
    const expires = Date.parse(begun.headers.get('upload-expires')!);
    expect(Math.abs(expires - Date.now() - 24 * HOUR_MS)).toBeLessThan(10_000);

    const next = await tus.send(path, 4, PHOTO.subarray(4, 7));
    expect([next.status, next.headers.get('upload-offset')]).toEqual([204, '7']);
    expect(next.headers.get('upload-expires')).not.toBeNull();
    const last = await tus.send(path, 7, PHOTO.subarray(7));
    expect([last.status, last.headers.get('upload-offset'), last.headers.get('upload-expires')]).toEqual([
      204,
      '10',
      null,
    ]);
    const head = await tus.head(path);
    expect(head.status).toBe(200);
    expect(Object.fromEntries(head.headers)).toMatchObject({
      'upload-offset': '10',
      'upload-length': '10',
      'upload-metadata': headers['upload-metadata'],
      'cache-control': 'no-store',
      'tus-resumable': '1.0.0',
    });
    expect((await tus.end(path)).status).toBe(204);
    expect(await tus.offset(path)).toBeUndefined();
    expect(await incoming()).toEqual([]);
  });

  it('makes a visitor of whoever is nobody yet, once and for all that follows', async () => {
    const response = await fetch(`${api.url}/v1/uploads`, {
      method: 'POST',
      headers: {
        'tus-resumable': '1.0.0',
        'upload-length': '10',
        'upload-metadata': metadata({ filename: 'a' }),
      },
    });
    expect(response.status).toBe(201);
    const cookie = response.headers.getSetCookie()[0]!.split(';', 1)[0]!;
    const headers = { cookie, 'tus-resumable': '1.0.0' };
    const path = `${api.url}${response.headers.get('location')}`;
    expect((await fetch(path, { method: 'HEAD', headers })).status).toBe(200);
    expect((await fetch(path, { method: 'DELETE', headers })).status).toBe(204);
  });

  it('goes on where it is, and nowhere else', async () => {
    const path = await tus.begun({ body: PHOTO.subarray(0, 4) });
    for (const offset of [0, 3, 5, 10, 11]) {
      expect(await refusalOf(await tus.send(path, offset, PHOTO.subarray(0, 1)))).toEqual([409, 'not_ready']);
    }
    expect(await tus.offset(path)).toBe(4);
  });

  it('never gets longer than was said, with a length and without', async () => {
    const path = await tus.begun({ body: PHOTO.subarray(0, 4) });
    expect(await refusalOf(await tus.send(path, 4, Buffer.alloc(7)))).toEqual([413, 'request_too_large']);
    expect(await tus.offset(path)).toBe(4);
    const { cookie } = await tus.caller.headers();
    const chunked = await exchange(
      api.url,
      `PATCH ${path} HTTP/1.1\r\nHost: ${new URL(api.url).host}\r\nCookie: ${cookie}\r\nTus-Resumable: 1.0.0\r\n` +
        `Upload-Offset: 4\r\nContent-Type: ${BYTES}\r\nTransfer-Encoding: chunked\r\n\r\n`,
      '3\r\nabc\r\n',
      '9\r\n123456789\r\n0\r\n\r\n',
    );
    expect(chunked.status).toBe(413);
    expect(await tus.offset(path)).toBeLessThanOrEqual(10);
    await tus.end(path);
    expect(await refusalOf(await tus.begin({ length: 3, body: PHOTO }))).toEqual([413, 'request_too_large']);
    expect(await incoming()).toEqual([]);
  });

  it('is nobody else’s: to all others it does not exist', async () => {
    const path = await tus.begun({ body: PHOTO.subarray(0, 4) });
    const album = await makeAlbum(tus.caller);
    for (const stranger of [new Tus(api.visitor()), new Tus(api.as('operator'))]) {
      expect((await stranger.head(path)).status).toBe(404);
      expect(await refusalOf(await stranger.send(path, 4, PHOTO.subarray(4)))).toEqual([404, 'not_found']);
      expect(await refusalOf(await stranger.end(path))).toEqual([404, 'not_found']);
      expect((await stranger.claim(path, null)).status).toBe(404);
    }
    expect((await fetch(`${api.url}${path}`, { method: 'HEAD' })).status).toBe(404);
    expect((await tus.claim(path, album.id)).status).toBe(409);
    expect(await tus.offset(path)).toBe(4);
  });

  it('comes by a link that may add photos, and by no other', async () => {
    const album = await makeAlbum(tus.caller);
    const linkFor = async (access: string) => {
      const response = await tus.caller.send('POST', `/v1/albums/${album.id}/links`, { access });
      return new Tus(api.as(((await response.json()) as { token: string }).token));
    };
    const edit = await linkFor('edit');
    const path = await edit.begun({ body: PHOTO.subarray(0, 4) });
    expect(await edit.offset(path)).toBe(4);
    expect(await tus.offset(path)).toBeUndefined();
    expect(await (await linkFor('edit')).offset(path)).toBeUndefined();
    expect(await refusalOf(await (await linkFor('view')).begin())).toEqual([403, 'read_only_link']);
    expect((await edit.end(path)).status).toBe(204);
  });

  it.each([
    '..%2f..%2fphoto-repair.db',
    '..%5cphoto-repair.db',
    '%2e%2e',
    'photo-repair.db',
    '%00',
    `${uuidv7()}.upload`,
    uuidv7(),
    'x'.repeat(5000),
    '%ff',
  ])('has no other names: %s', async (id) => {
    for (const method of ['HEAD', 'DELETE', 'PATCH']) {
      const response = await tus.ask(method, `/v1/uploads/${id}`, {
        headers: { 'upload-offset': '0', 'content-type': BYTES },
        ...(method === 'PATCH' && { body: new Uint8Array(PHOTO) }),
      });
      expect([400, 404]).toContain(response.status);
    }
  });

  it('is known by its id in capitals, too', async () => {
    const path = await tus.begun({ body: PHOTO.subarray(0, 4) });
    const shouted = `/v1/uploads/${idOf(path).toUpperCase()}`;
    expect((await tus.send(shouted, 4, PHOTO.subarray(4))).status).toBe(204);
    expect(await tus.offset(path)).toBe(10);
  });

  it('goes a day after its last byte, and not before', async () => {
    const [old, young, written] = [await tus.begun(), await tus.begun(), await tus.begun()];
    await age(old, 25 * HOUR_MS);
    await age(young, 23 * HOUR_MS);
    await age(written, 25 * HOUR_MS);
    expect(await tus.offset(old)).toBeUndefined();
    // Whoever has gone on with it has it for another day.
    await utimes(fileOf(written), new Date(), new Date());
    await api.app.get(UploadsSweeper).sweep(new AbortController().signal);
    expect((await incoming()).toSorted()).toEqual(
      [`${idOf(young)}.upload`, `${idOf(written)}.upload`].toSorted(),
    );
    expect(await api.app.get(UploadsStore).find(idOf(old))).toBeUndefined();
    expect([await tus.offset(young), await tus.offset(written)]).toEqual([0, 0]);
  });

  it('counts against the quota before it is there, and against a number of them', async () => {
    const made = await api.as('operator').send('POST', '/v1/admin/keys', { name: 'small', quota_bytes: 25 });
    const small = new Tus(api.as(((await made.json()) as { token: string }).token));
    const paths = [await small.begun({ length: 10 }), await small.begun({ length: 10 })];
    expect(await refusalOf(await small.begin({ length: 10 }))).toEqual([413, 'quota_exceeded']);
    expect((await small.begin({ length: 5 })).status).toBe(201);
    for (const path of paths) await small.end(path);
    expect((await small.begin({ length: 20 })).status).toBe(201);

    const { sender_id } = await db.selectFrom('uploads').selectAll().executeTakeFirstOrThrow();
    const rows = Array.from({ length: 1000 }, () => ({
      id: uuidv7(),
      sender_id,
      bytes: 0,
      metadata: metadata({ filename: 'a' }),
      created_at: Date.now(),
    }));
    await db.insertInto('uploads').values(rows).execute();
    const refused = await small.begin({ length: 1 });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refusalOf(refused)).toEqual([429, 'rate_limited']);
    await db.deleteFrom('uploads').where('bytes', '=', 0).execute();
  });

  it.each<[string, number, string, Record<string, string | undefined>]>([
    ['no version of tus', 412, 'invalid_request', { 'tus-resumable': undefined }],
    ['another version of tus', 412, 'invalid_request', { 'tus-resumable': '0.2.2' }],
    ['no length', 400, 'invalid_request', { 'upload-length': undefined }],
    ['a length that is none', 400, 'invalid_request', { 'upload-length': '10x' }],
    ['a negative length', 400, 'invalid_request', { 'upload-length': '-1' }],
    ['nothing at all', 400, 'invalid_request', { 'upload-length': '0' }],
    ['a petabyte', 413, 'file_too_large', { 'upload-length': '1000000000000000' }],
    ['more than a number holds', 400, 'invalid_request', { 'upload-length': '1e99' }],
    ['a byte too many', 413, 'file_too_large', { 'upload-length': String(LIMIT + 1) }],
    [
      'a length that comes later',
      400,
      'invalid_request',
      { 'upload-length': undefined, 'upload-defer-length': '1' },
    ],
    ['a part of another', 400, 'invalid_request', { 'upload-concat': 'partial' }],
    ['no metadata', 400, 'invalid_request', { 'upload-metadata': undefined }],
    ['no name', 400, 'invalid_request', { 'upload-metadata': metadata({ filetype: 'image/jpeg' }) }],
    ['metadata that is no base64', 400, 'invalid_request', { 'upload-metadata': 'filename ***' }],
    ['a name twice', 400, 'invalid_request', { 'upload-metadata': 'filename YQ==,filename Yg==' }],
    ['a name of a prototype', 400, 'invalid_request', { 'upload-metadata': 'filename YQ==,__proto__ Yg==' }],
    ['a name that is no UTF-8', 422, 'invalid_request', { 'upload-metadata': 'filename /9j/' }],
    [
      'metadata of 5 KB',
      400,
      'invalid_request',
      { 'upload-metadata': metadata({ filename: 'x'.repeat(4000) }) },
    ],
    ['a compressed body', 415, 'unsupported_content_encoding', { 'content-encoding': 'gzip' }],
  ])('is refused for good: %s', async (_what, status, code, changed) => {
    const headers = {
      'tus-resumable': '1.0.0',
      'upload-length': '10',
      'upload-metadata': metadata({ filename: 'a.jpg' }),
      ...changed,
    };
    const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
    const response = await tus.caller.fetch('/v1/uploads', {
      method: 'POST',
      headers: sent as Record<string, string>,
    });
    expect(await refusalOf(response)).toEqual([status, code]);
    expect(await incoming()).toEqual([]);
  });

  it('is refused unread where its headers are too large for anybody', async () => {
    const response = await tus.begin({ headers: { 'upload-metadata': `filename ${'YQ=='.repeat(4096)}` } });
    expect(response.status).toBe(431);
  });

  it('is told what it lacks to go on', async () => {
    const path = await tus.begun();
    const send = async (headers: Record<string, string>) =>
      refusalOf(await tus.ask('PATCH', path, { headers, body: new Uint8Array(PHOTO) }));
    expect(await send({ 'content-type': BYTES })).toEqual([400, 'invalid_request']);
    expect(await send({ 'content-type': BYTES, 'upload-offset': '-1' })).toEqual([400, 'invalid_request']);
    expect(await send({ 'content-type': 'image/jpeg', 'upload-offset': '0' })).toEqual([
      415,
      'invalid_request',
    ]);
    expect(await tus.offset(path)).toBe(0);
  });

  it('waits for space where the disk is full, and keeps what it has', async () => {
    const path = await tus.begun({ body: PHOTO.subarray(0, 4) });
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const append = vi.spyOn(api.app.get(UploadBytes), 'append').mockRejectedValue(full);
    onTestFinished(() => append.mockRestore());
    const refused = await tus.send(path, 4, PHOTO.subarray(4));
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refusalOf(refused)).toEqual([503, 'storage_full']);
    expect(await refusalOf(await tus.begin({ body: PHOTO }))).toEqual([503, 'storage_full']);
    expect(await incoming()).toEqual([`${idOf(path)}.upload`]);
    append.mockRestore();
    expect((await tus.send(path, 4, PHOTO.subarray(4))).status).toBe(204);
  });

  it('heeds the method of the request line, whatever a header says', async () => {
    const path = await tus.begun({ body: PHOTO.subarray(0, 4) });
    for (const [method, meant] of [
      ['POST', 'PATCH'],
      ['GET', 'DELETE'],
      ['OPTIONS', 'DELETE'],
    ]) {
      const headers = { 'x-http-method-override': meant!, 'upload-offset': '4', 'content-type': BYTES };
      const response = await tus.ask(method!, path, { headers });
      expect(response.status).toBe(method === 'OPTIONS' ? 204 : 405);
    }
    expect(await tus.offset(path)).toBe(4);
  });

  it('is not taken from a page of another site', async () => {
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect(await refusalOf(await tus.begin({ headers }))).toEqual([403, 'foreign_site']);
    const path = await tus.begun();
    const refused = await tus.send(path, 0, PHOTO, headers);
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    expect(await refusalOf(refused)).toEqual([403, 'foreign_site']);
    const asked = await tus.ask('OPTIONS', '/v1/uploads', { headers });
    expect([...asked.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});
