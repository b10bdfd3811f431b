import type { TaskView } from '@app/contracts';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DATABASE } from '../../../apps/api/src/database/database.module.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { UploadsStore } from '../../../apps/api/src/resumable/uploads.store.js';
import { TestApi } from '../../support/test-api.js';
import { makeAlbum, readAlbum } from '../albums/album-api.js';
import { idOf, refusalOf, Tus } from './tus.js';

describe('the claim of a photo that came in pieces', () => {
  let api: TestApi;
  let tus: Tus;
  let photo: Buffer;
  let albumId: string;

  beforeAll(async () => {
    photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    api = await TestApi.start({ AMQP_URL: 'amqp://127.0.0.1:1', ALBUM_MAX_PHOTOS: '40' });
    tus = new Tus(api.visitor());
    albumId = (await makeAlbum(tus.caller)).id;
  });
  afterAll(() => api.remove());
  afterEach(async () => {
    // Whatever a test leaves would be what the next one finds.
    const db = api.app.get<Database>(DATABASE);
    expect(await db.selectFrom('uploads').selectAll().execute()).toEqual([]);
    expect(await incoming()).toEqual([]);
  });

  const incoming = () => readdir(join(api.dataDir, 'incoming'));
  const taskOf = async (response: Response) => {
    expect([response.status, response.headers.get('content-type')]).toEqual([
      202,
      'application/json; charset=utf-8',
    ]);
    return (await response.json()) as TaskView;
  };

  it('makes a task of it as if it had come in one', async () => {
    const path = await tus.whole(photo, '奶奶1953年.jpg');
    const asked = { client_ref: 'box 3', params: { size: 460 }, priority: 0, key: uuidv7() };
    const response = await tus.claim(path, albumId, asked);
    const task = await taskOf(response);
    expect(task).toMatchObject({
      type: 'person',
      status: 'queued',
      album_id: albumId,
      filename: '奶奶1953年.jpg',
      client_ref: 'box 3',
      adjusted: [{ name: 'size', sent: 460, used: 480 }],
      input: { bytes: photo.length, media_type: 'image/jpeg' },
    });
    expect(response.headers.get('location')).toBe(`/v1/tasks/${task.id}`);
    const original = await tus.caller.fetch(`/v1/tasks/${task.id}/original`);
    expect(Buffer.from(await original.arrayBuffer()).equals(photo)).toBe(true);
    expect(await tus.offset(path)).toBeUndefined();
  });

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['a\u202Egpj.exe', 'agpj.exe'],
    ['奶\u200B奶\n.jpg', '奶奶.jpg'],
    ['', 'photo'],
    ['x'.repeat(300), 'x'.repeat(200)],
  ])('shows the name %j as %j', async (name, shown) => {
    const task = await taskOf(await tus.claim(await tus.whole(photo, name), albumId));
    expect(task.filename).toBe(shown);
  });

  it('may be made again under its key, also after the upload is gone', async () => {
    const path = await tus.whole(photo);
    const key = uuidv7();
    const { photos } = await countOf();
    const answers = await Promise.all(Array.from({ length: 5 }, () => tus.claim(path, albumId, { key })));
    const ids = new Set((await Promise.all(answers.map(taskOf))).map(({ id }) => id));
    const later = await tus.claim(path, albumId, { key });
    ids.add((await taskOf(later)).id);
    expect(ids.size).toBe(1);
    expect(later.headers.get('idempotent-replayed')).toBe('true');
    expect(answers.filter((each) => each.headers.get('idempotent-replayed') === null)).toHaveLength(1);
    expect((await countOf()).photos).toBe(photos + 1);
  });

  it('removes what is left of the upload where only the answer was lost', async () => {
    const path = await tus.whole(photo);
    const key = uuidv7();
    await taskOf(await tus.claim(path, albumId, { key }));
    const store = api.app.get(UploadsStore);
    const id = idOf(path);
    await store.add({ id, sender_id: 'x', bytes: 1, metadata: 'filename YQ==', created_at: Date.now() });
    await taskOf(await tus.claim(path, albumId, { key }));
    expect(await store.find(id)).toBeUndefined();
  });

  it('may be made again without a key: the upload is one', async () => {
    const path = await tus.whole(photo);
    const [first, again] = [await tus.claim(path, albumId), await tus.claim(path, albumId)];
    expect((await taskOf(again)).id).toBe((await taskOf(first)).id);
  });

  it('means one thing under one key', async () => {
    const path = await tus.whole(photo);
    const key = uuidv7();
    await taskOf(await tus.claim(path, albumId, { key }));
    for (const other of [{ type: 'building' }, { params: { size: 480 } }, { upload_id: uuidv7() }]) {
      const refused = await tus.claim(path, albumId, { key, ...other });
      expect(await refusalOf(refused)).toEqual([422, 'idempotency_key_reused']);
    }
    expect(await refusalOf(await tus.claim(path, null, { key }))).toEqual([422, 'idempotency_key_reused']);
    const another = await tus.claim(path, albumId, { key: uuidv7() });
    expect(await refusalOf(another)).toEqual([404, 'not_found']);
  });

  it('has to wait until the photo has arrived', async () => {
    const path = await tus.begun({ length: photo.length, body: photo.subarray(0, 1000) });
    expect(await refusalOf(await tus.claim(path, albumId))).toEqual([409, 'not_ready']);
    await tus.send(path, 1000, photo.subarray(1000));
    await taskOf(await tus.claim(path, albumId));
  });

  it('needs an upload that there is', async () => {
    expect(await refusalOf(await tus.claim(uuidv7(), albumId))).toEqual([404, 'not_found']);
    for (const upload_id of ['..', '../x', 5, null, '']) {
      const refused = await tus.claim('x', albumId, { upload_id });
      expect((await refusalOf(refused))[1]).toBe('invalid_request');
    }
    const both = await tus.claim(uuidv7(), null, { image_url: 'https://example.com/a.jpg' });
    expect(await refusalOf(both)).toEqual([400, 'invalid_request']);
    const body = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '[]' };
    expect((await tus.caller.fetch(`/v1/albums/${albumId}/tasks`, body)).status).toBe(400);
  });

  it('tells what is wrong with a picture, and keeps nothing of it', async () => {
    for (const [content, status, code] of [
      [Buffer.from('no picture'), 415, 'unsupported_format'],
      [photo.subarray(0, photo.length / 2), 422, 'image_damaged'],
    ] as const) {
      const path = await tus.whole(content);
      expect(await refusalOf(await tus.claim(path, albumId))).toEqual([status, code]);
      expect(await tus.offset(path)).toBeUndefined();
    }
  });

  it('keeps what was refused for another reason, to be claimed rightly', async () => {
    const path = await tus.whole(photo);
    expect(await refusalOf(await tus.claim(path, albumId, { type: 'x' }))).toEqual([
      422,
      'unknown_task_type',
    ]);
    expect((await refusalOf(await tus.claim(path, albumId, { priority: 5 })))[0]).toBe(403);
    expect((await refusalOf(await tus.claim(path, albumId, { params: { size: 'x' } })))[0]).toBe(422);
    expect((await tus.claim(path, uuidv7())).status).toBe(404);
    await taskOf(await tus.claim(path, albumId));
  });

  it('is heard for one’s own albums, and those that one may add to', async () => {
    const link = async (access: string) => {
      const made = await tus.caller.send('POST', `/v1/albums/${albumId}/links`, { access });
      return ((await made.json()) as { token: string }).token;
    };
    const guest = new Tus(api.visitor());
    const path = await guest.whole(photo);
    expect((await guest.claim(path, albumId)).status).toBe(404);
    await guest.caller.send('POST', '/v1/links/open', { token: await link('view') });
    expect(await refusalOf(await guest.claim(path, albumId))).toEqual([403, 'read_only_link']);
    await guest.caller.send('POST', '/v1/links/open', { token: await link('edit') });
    await taskOf(await guest.claim(path, albumId));

    const holder = new Tus(api.as(await link('edit')));
    await taskOf(await holder.claim(await holder.whole(photo), albumId));
  });

  it('makes a task of its own where no album is named', async () => {
    const path = await tus.whole(photo);
    const response = await tus.claim(path, null, { key: uuidv7() });
    expect(await taskOf(response)).toMatchObject({ album_id: null, filename: 'photo.jpg' });
  });

  it('is refused while the album is full, and the photo waits', async () => {
    const small = (await makeAlbum(tus.caller)).id;
    const db = api.app.get<Database>(DATABASE);
    await db.updateTable('albums').set({ photos: 40 }).where('id', '=', small).execute();
    const path = await tus.whole(photo);
    expect(await refusalOf(await tus.claim(path, small))).toEqual([422, 'album_full']);
    expect(await tus.offset(path)).toBe(photo.length);
    await taskOf(await tus.claim(path, albumId));
  });

  async function countOf(): Promise<{ photos: number }> {
    return { photos: (await readAlbum(tus.caller, albumId)).counts.total };
  }
});
