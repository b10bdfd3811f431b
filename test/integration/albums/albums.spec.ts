import type { AlbumView, TaskView } from '@app/contracts';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TestApi } from '../../support/test-api.js';
import type { TestCaller } from '../../support/test-caller.js';
import { withVhost } from '../../support/vhost.js';
import { addPhotos, itemsOf, makeAlbum, problemOf, readAlbum, readAll } from './album-api.js';

const KB = 1024;

describe('Albums', () => {
  const vhost = withVhost();
  let api: TestApi;
  let owner: TestCaller;
  let photo: Buffer;

  beforeAll(async () => {
    api = await TestApi.start({
      AMQP_URL: vhost.url,
      ALBUM_MAX_PHOTOS: '6',
      MAX_UPLOAD_BYTES: String(100 * KB),
    });
    owner = api.visitor();
    const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
    photo = await sharp({ create: { width: 120, height: 90, channels: 3, background: '#888', noise } })
      .jpeg()
      .toBuffer();
  });
  afterAll(() => api.remove());

  const incoming = () => readdir(join(api.dataDir, 'incoming'));

  it('are made, shown, renamed and listed, the newest first', async () => {
    const visitor = api.visitor();
    const first = await makeAlbum(visitor, ' 奶\u200b奶 ');
    expect(first).toMatchObject({
      title: '奶奶',
      seq: 0,
      access: 'edit',
      counts: { total: 0, queued: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0, expired: 0 },
      urls: { self: `/v1/albums/${first.id}`, results: `/v1/albums/${first.id}/results.zip` },
    });
    expect(Date.parse(first.expires_at) - Date.parse(first.created_at)).toBe(30 * 24 * 3600 * 1000);
    const others = [];
    for (let index = 0; index < 4; index++) others.push(await makeAlbum(visitor, `album ${index}`));

    const renamed = await visitor.send('PATCH', `/v1/albums/${first.id}`, { title: '1953' });
    expect(await renamed.json()).toMatchObject({ id: first.id, title: '1953' });
    expect(await readAlbum(visitor, first.id)).toMatchObject({ title: '1953' });

    const listed = await readAll<AlbumView>(visitor, '/v1/albums?limit=2');
    expect(listed.map((album) => album.id)).toEqual([
      ...others.map((album) => album.id).toReversed(),
      first.id,
    ]);
    expect((await visitor.fetch('/v1/albums?limit=0')).status).toBe(400);
    expect((await visitor.fetch('/v1/albums?cursor=x')).status).toBe(400);
  });

  it('say where they are', async () => {
    const response = await owner.send('POST', '/v1/albums', { title: 'a' });
    const album = (await response.json()) as AlbumView;
    expect(response.headers.get('location')).toBe(`/v1/albums/${album.id}`);
  });

  it.each([
    [{}, '/title'],
    [{ title: '' }, '/title'],
    [{ title: '\u200b ' }, '/title'],
    [{ title: 5 }, '/title'],
    [{ title: 'x'.repeat(201) }, '/title'],
    [{ title: 'a', owner_id: 'x' }, '/owner_id'],
  ])('refuse %j', async (body, pointer) => {
    const response = await owner.send('POST', '/v1/albums', body);
    const problem = await problemOf(response);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(423);
    expect(problem.errors?.map((error) => error.pointer)).toContain(pointer);
  });

  it('are nobody else’s', async () => {
    const album = await makeAlbum(owner);
    const items = await itemsOf(await addPhotos(owner, album.id, [['a.jpg', photo]]));
    const stranger = api.visitor();
    const asked: [string, string, unknown?][] = [
      ['GET', ''],
      ['PATCH', '', { title: 'mine' }],
      ['DELETE', ''],
      ['GET', '/tasks'],
      ['GET', '/results.zip'],
      ['POST', '/cancel', { task_ids: [items[0]!.task!.id] }],
      ['POST', '/retry'],
    ];
    for (const [method, path, body] of asked) {
      const ofAnother = await stranger.send(method, `/v1/albums/${album.id}${path}`, body);
      const ofNobody = await stranger.send(method, `/v1/albums/${uuidv7()}${path}`, body);
      expect([ofAnother.status, (await problemOf(ofAnother)).code]).toEqual([404, 'not_found']);
      expect(ofNobody.status).toBe(404);
    }
    expect((await addPhotos(stranger, album.id, [['a.jpg', photo]])).status).toBe(404);
    expect(await readAlbum(owner, album.id)).toMatchObject({ counts: { total: 1, cancelled: 0 } });
    expect(await readAll(stranger, '/v1/albums')).toEqual([]);
  });

  it('take many photos at once, in their order, and tell of each what became of it', async () => {
    const album = await makeAlbum(owner);
    const response = await addPhotos(
      owner,
      album.id,
      [
        ['奶奶1953年.jpg', photo],
        ['broken.jpg', photo.subarray(0, photo.length / 2)],
        ['../../etc/passwd', photo],
        ['huge.jpg', Buffer.alloc(101 * KB)],
        ['text.jpg', Buffer.from('no picture')],
        ['last.jpg', photo],
      ],
      [
        ['type', 'person'],
        ['size', '512'],
        ...['r0', 'r1', 'r2', 'r3', 'r4', 'r5'].map((ref): [string, string] => ['client_ref', ref]),
      ],
    );
    expect(response.headers.get('location')).toBe(`/v1/albums/${album.id}/tasks`);
    const items = await itemsOf(response);
    expect(items.map((item) => [item.index, item.filename, item.status, item.problem?.code])).toEqual([
      [0, '奶奶1953年.jpg', 'accepted', undefined],
      [1, 'broken.jpg', 'refused', 'image_damaged'],
      [2, 'passwd', 'accepted', undefined],
      [3, 'huge.jpg', 'refused', 'file_too_large'],
      [4, 'text.jpg', 'refused', 'unsupported_format'],
      [5, 'last.jpg', 'accepted', undefined],
    ]);
    expect(items[3]!.problem).toMatchObject({ status: 413, limit: 100 * KB });
    expect(items[0]!.task).toMatchObject({
      album_id: album.id,
      client_ref: 'r0',
      status: 'queued',
      parameters: { size: 512 },
    });

    const tasks = await readAll<TaskView>(owner, `/v1/albums/${album.id}/tasks?limit=2`);
    expect(tasks.map((task) => [task.filename, task.client_ref])).toEqual([
      ['奶奶1953年.jpg', 'r0'],
      ['passwd', 'r2'],
      ['last.jpg', 'r5'],
    ]);
    expect(await readAlbum(owner, album.id)).toMatchObject({ counts: { total: 3, queued: 3 } });
    await vi.waitFor(async () => expect(await incoming()).toEqual([]));
  });

  it('answer with the problem of the first photo where none could be taken', async () => {
    const album = await makeAlbum(owner);
    const response = await addPhotos(owner, album.id, [
      ['a.jpg', Buffer.from('no picture')],
      ['b.jpg', Buffer.alloc(101 * KB)],
    ]);
    expect([response.status, (await problemOf(response)).code]).toEqual([415, 'unsupported_format']);
    const unknown = await addPhotos(owner, album.id, [['a.jpg', photo]], [['type', 'nothing']]);
    expect([unknown.status, (await problemOf(unknown)).code]).toEqual([422, 'unknown_task_type']);
    expect(await readAlbum(owner, album.id)).toMatchObject({ seq: 0, counts: { total: 0 } });
    await vi.waitFor(async () => expect(await incoming()).toEqual([]));
  });

  it('take at most 100 photos in a request, and none of more', async () => {
    const album = await makeAlbum(owner);
    const many = Array.from({ length: 101 }, (_, index): [string, Buffer] => [`${index}.jpg`, photo]);
    const response = await addPhotos(owner, album.id, many);
    expect(response.status).toBe(413);
    expect(await problemOf(response)).toMatchObject({ code: 'too_many_files', limit: 100 });
    expect(await readAlbum(owner, album.id)).toMatchObject({ counts: { total: 0 } });
    await vi.waitFor(async () => expect(await incoming()).toEqual([]));
  });

  it('take no request without photos, without a form, or with more names than photos', async () => {
    const album = await makeAlbum(owner);
    expect(await problemOf(await addPhotos(owner, album.id, []))).toMatchObject({ code: 'no_files' });
    const json = await owner.send('POST', `/v1/albums/${album.id}/tasks`, { type: 'person' });
    expect(await problemOf(json)).toMatchObject({
      code: 'invalid_request',
      status: 400,
      errors: expect.arrayContaining([expect.objectContaining({ pointer: '/upload_id' })]) as unknown,
    });
    const refs: [string, string][] = [
      ['type', 'person'],
      ['client_ref', 'a'],
      ['client_ref', 'b'],
    ];
    const response = await addPhotos(owner, album.id, [['a.jpg', photo]], refs);
    expect(await problemOf(response)).toMatchObject({ status: 400, errors: [{ pointer: '/client_ref' }] });
    const level = await addPhotos(
      owner,
      album.id,
      [['a.jpg', photo]],
      [
        ['type', 'person'],
        ['priority', '9'],
      ],
    );
    expect(await problemOf(level)).toMatchObject({ status: 403, code: 'priority_not_allowed' });
  });

  it('are full at their limit, and say it of each photo that came too late', async () => {
    const album = await makeAlbum(owner);
    const photos = Array.from({ length: 8 }, (_, index): [string, Buffer] => [`${index}.jpg`, photo]);
    const items = await itemsOf(await addPhotos(owner, album.id, photos));
    expect(items.map((item) => item.problem?.code)).toEqual([
      ...Array.from({ length: 6 }),
      'album_full',
      'album_full',
    ]);
    expect(items[6]!.problem).toMatchObject({ status: 422, limit: 6 });
    const once = await addPhotos(owner, album.id, [['more.jpg', photo]]);
    expect([once.status, (await problemOf(once)).code]).toEqual([422, 'album_full']);
    expect(await readAlbum(owner, album.id)).toMatchObject({ counts: { total: 6 } });
  });

  it('take the same request again as the same tasks', async () => {
    const album = await makeAlbum(owner);
    const photos: [string, Buffer][] = [
      ['a.jpg', photo],
      ['b.jpg', photo],
    ];
    const send = async () =>
      itemsOf(await addPhotos(owner, album.id, photos, [['type', 'person']], { 'idempotency-key': 'many' }));
    const first = await send();
    const again = await send();
    expect(again.map((item) => item.task?.id)).toEqual(first.map((item) => item.task?.id));
    expect(new Set(first.map((item) => item.task?.id)).size).toBe(2);
    expect(await readAlbum(owner, album.id)).toMatchObject({ counts: { total: 2 } });
  });

  it('cancel and try again: all, or those named; what is foreign is not found and not touched', async () => {
    const album = await makeAlbum(owner);
    const other = await makeAlbum(owner);
    const photos = Array.from({ length: 4 }, (_, index): [string, Buffer] => [`${index}.jpg`, photo]);
    const [a, b] = (await itemsOf(await addPhotos(owner, album.id, photos))).map((item) => item.task!.id);
    const [foreign] = (await itemsOf(await addPhotos(owner, other.id, [['x.jpg', photo]]))).map(
      (item) => item.task!.id,
    );
    const unknown = uuidv7();
    const post = async (path: string, body?: unknown) => {
      const response = await owner.send('POST', `/v1/albums/${album.id}/${path}`, body);
      expect(response.status).toBe(200);
      return response.json();
    };

    const named = { task_ids: [a, a, foreign, unknown] };
    expect(await post('cancel', named)).toEqual({
      cancelled: 1,
      already_final: 0,
      not_found: [foreign, unknown],
    });
    expect(await post('cancel', { task_ids: [a, b] })).toEqual({
      cancelled: 1,
      already_final: 1,
      not_found: [],
    });
    expect(await post('cancel')).toEqual({ cancelled: 2, already_final: 0, not_found: [] });
    expect(await post('cancel')).toEqual({ cancelled: 0, already_final: 0, not_found: [] });
    expect(await readAlbum(owner, album.id)).toMatchObject({ counts: { total: 4, cancelled: 4 } });
    expect(await readAlbum(owner, other.id)).toMatchObject({ counts: { queued: 1 } });
    expect(await readAll(owner, `/v1/albums/${album.id}/tasks?status=queued`)).toEqual([]);
    expect(await readAll(owner, `/v1/albums/${album.id}/tasks?status=cancelled`)).toHaveLength(4);

    expect(await post('retry')).toEqual({ retried: 0, not_retryable: 0, not_found: [] });
    expect(await post('retry', { task_ids: [a, foreign] })).toEqual({
      retried: 1,
      not_retryable: 0,
      not_found: [foreign],
    });
    expect(await post('retry', { task_ids: [a] })).toEqual({ retried: 0, not_retryable: 1, not_found: [] });
    expect(await readAlbum(owner, album.id)).toMatchObject({ counts: { queued: 1, cancelled: 3 } });
  });

  it.each([
    [{ task_ids: [] }, 422],
    [{ task_ids: ['x'] }, 422],
    [{ task_ids: 'x' }, 422],
    [{ ids: [] }, 400],
    [{ task_ids: Array.from({ length: 10_001 }, () => uuidv7()) }, 413],
    [{ task_ids: Array.from({ length: 2001 }, () => uuidv7()) }, 422],
  ])('refuse to cancel %#', async (body, status) => {
    const album = await makeAlbum(owner);
    const response = await owner.send('POST', `/v1/albums/${album.id}/cancel`, body);
    expect([response.status, (await problemOf(response)).status]).toEqual([status, status]);
  });
});
